"""A supervisor with its worker processes, as `backbeat worker` runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final, Self

from packages.backbeat.tests.support.ledger import Ledger
from packages.backbeat.tests.support.nursery import ROOT

_PROGRAM: Final = "packages.backbeat.tests.support.supervised_process"
_PATIENCE_S: Final = 60.0


class Supervised:
    """A supervisor process; `with` leaves neither it nor a child behind."""

    def __init__(self, url: str, ledger: Ledger, *, log: Path, **options: Any) -> None:
        """Start nothing yet.

        Args:
            url: Address of the server.
            ledger: What the handlers write to.
            log: Where its output and that of its children go.
            **options: Of `Supervisor`.
        """
        self._surroundings = {"BACKBEAT_URL": url, "FAULT_LEDGER": str(ledger.path)}
        self._options = options
        self._log = log
        self._orphans: list[int] = []

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", _PROGRAM, json.dumps(self._options)],
                cwd=ROOT, env=os.environ | self._surroundings, stdout=log, stderr=log,
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill_alone()
        # They see that their parent is gone and end by themselves; this is for those that cannot.
        for pid in self.orphans():
            _kill(pid)

    @property
    def log(self) -> str:
        """What was logged."""
        return self._log.read_text(errors="replace")

    def children(self) -> list[int]:
        """The process ids of its workers, the oldest first."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def signal(self, number: signal.Signals) -> None:
        """Send the supervisor a signal."""
        self.process.send_signal(number)

    def freeze_child(self, pid: int) -> None:
        """Stop a worker in its tracks."""
        assert pid in self.children()
        os.kill(pid, signal.SIGSTOP)

    def kill_alone(self) -> None:
        """End the supervisor as a crash does, and leave its children alone."""
        self._orphans = self.children()
        self.process.kill()
        self.process.wait()

    def orphans(self) -> list[int]:
        """Which of the children that were left alone are still there."""
        return [pid for pid in self._orphans if _is_ours(pid)]

    def wait(self) -> int:
        """Wait for its end; the exit status."""
        return self.process.wait(_PATIENCE_S)


def kill_child(pid: int) -> float:
    """End a worker as a crash does; when, by the clock of this machine."""
    os.kill(pid, signal.SIGKILL)
    return time.time()


def _is_ours(pid: int) -> bool:
    """Whether it lives and is a worker: the number may have been given to another process."""
    try:
        return b"backbeat.worker.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
