"""Servers that this process started: they may outlive it, and leave no zombie while it lives."""

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess

_TRIES: Final = 100
_PAUSE: Final = 0.001

_pids: dict[Path, int] = {}


def adopt(data: Path, server: "subprocess.Popen[bytes]") -> None:
    """Remember the server of a data folder; the object itself is not needed any more."""
    # Set, or its end would warn that the process is still running, which is the purpose.
    server.returncode = 0
    _pids[data] = server.pid


def reap(data: Path) -> None:
    """Bury the server of a data folder that has let go of its lock, if it was a child of ours."""
    pid = _pids.pop(data, None)
    if pid is None:
        return
    # Not ours in a forked child, or buried already by a program that waits for any child.
    with contextlib.suppress(ChildProcessError):
        # The lock is free a moment before the end. A plain wait could meet another child, which
        # has got the same number since.
        for _ in range(_TRIES):
            if os.waitpid(pid, os.WNOHANG) != (0, 0):
                return
            time.sleep(_PAUSE)
