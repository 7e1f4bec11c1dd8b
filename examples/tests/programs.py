"""Programs that tests start, and what is left of them."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psutil

ROOT: Final = Path(__file__).parents[2]

# `start(MODULE, ARGS...)`, see the fixture of this name.
Start = Callable[..., subprocess.Popen[str]]


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every process that has this folder in its command line or environment.

    Its name is in its `info`, which asks no process that may have ended meanwhile.
    """
    return [each for each in psutil.process_iter(["name"]) if _belongs(each, str(folder))]


def wait_until(happened: Callable[[], bool], *, patience_s: float = 60.0) -> None:
    """Look again and again at what another process does."""
    end = time.monotonic() + patience_s
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def _belongs(process: psutil.Process, folder: str) -> bool:
    try:
        words = [*process.cmdline(), *process.environ().values()]
        mine = process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
    return not mine and any(folder in word for word in words)
