"""A supervisor in a process of its own, as `backbeat worker` starts it, for tests to harass."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import psutil

from packages.backbeat.tests.support.private_server import PrivateServer

_PROGRAM: Final = """
import json, sys
from backbeat.errors import ConfigurationError
from backbeat.worker.logs import configure_logging
from backbeat.worker.supervising.supervisor import Supervisor
path, options = sys.argv[1], json.loads(sys.argv[2])
configure_logging("INFO", json=False)
try:
    sys.exit(Supervisor(path, **options).run())
except ConfigurationError as error:
    sys.exit(f"ConfigurationError: {error}")
"""
_PATIENCE_S: Final = 15.0


class Supervised:
    """A running supervisor and what it has logged so far."""

    def __init__(self, server: PrivateServer, namespace: str, folder: Path) -> None:
        """Start nothing yet; the folder is where the shop's jobs leave files."""
        self.lines: list[str] = []
        self._environment = {
            **os.environ,
            "BACKBEAT_URL": server.url,
            "BACKBEAT_NAMESPACE": namespace,
            "BACKBEAT_LOG_LEVEL": "INFO",
            "SHOP_FOLDER": str(folder),
        }
        self._news = threading.Condition()

    def start(self, path: str, *, cwd: Path | None = None, **options: object) -> Self:
        """Start it."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, path, json.dumps(options)],
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment,
            cwd=cwd,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        family = self._family()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for member in family:
            if member.is_running():
                member.kill()
        self._reader.join()

    def wait_line(self, text: str, count: int = 1) -> str:
        """Wait until so many lines contain the text; gives the last of them."""
        with self._news:
            assert self._news.wait_for(lambda: len(self._with(text)) >= count, _PATIENCE_S), (
                f"no {text!r} in:\n" + "\n".join(self.lines)
            )
            return self._with(text)[count - 1]

    def children(self) -> list[int]:
        """The process ids of the workers."""
        return [member.pid for member in self._family() if "worker.child" in _words(member)]

    def wait_children(self, condition: Callable[[list[int]], bool]) -> list[int]:
        """Wait until the workers are as wanted."""
        deadline = time.monotonic() + _PATIENCE_S
        while not condition(found := self.children()):
            assert time.monotonic() < deadline, found
            time.sleep(0.01)
        return found

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.signal(signal.SIGTERM)

    def wait(self, seconds: float = _PATIENCE_S) -> int:
        """Wait for its end; gives its exit status."""
        return self.process.wait(seconds)

    def _family(self) -> list[psutil.Process]:
        try:
            return list(psutil.Process(self.process.pid).children(recursive=True))
        except psutil.NoSuchProcess:
            return []

    def _with(self, text: str) -> list[str]:
        return [line for line in self.lines if text in line]

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            for line in stream:
                with self._news:
                    self.lines.append(line.rstrip())
                    self._news.notify_all()


def _words(member: psutil.Process) -> str:
    try:
        return " ".join(member.cmdline())
    except psutil.Error:
        return ""
