"""Worker processes without a supervisor, forked from one that has imported everything.

A worker starts in milliseconds, so that hundreds can be killed in a short test. The parent keeps
what has ended until it is asked: a process id is never another's when it is killed.
"""

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self, cast

from packages.backbeat.tests.support.ledger import Ledger

ROOT: Final = Path(__file__).parents[4]
_PROGRAM: Final = "packages.backbeat.tests.support.nursery_process"


class Nursery:
    """Starts and signals bare workers; `with` leaves none behind."""

    def __init__(self, log: Path) -> None:
        """Start nothing yet.

        Args:
            log: Where the workers' output goes.
        """
        self.log = log

    def __enter__(self) -> Self:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _PROGRAM],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        # Our silence ends it, and it takes its workers along: also if we are killed.
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def fork(
        self, url: str, ledger: Ledger, *, mutant: str | None = None, **options: Any
    ) -> "Hand":
        """Start a worker.

        Args:
            url: Address of the server.
            ledger: What its handlers write to.
            mutant: What is wrong with it on purpose, of `worker_mutants`. Defaults to nothing.
            **options: Of `Worker`; and `app`, "limited" for the application of that name.
        """
        pid = self.ask(do="fork", url=url, ledger=str(ledger.path), mutant=mutant, options=options)
        return Hand(self, pid)

    def ask(self, **order: Any) -> int:
        """Have the parent of the workers do something."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the nursery has ended:\n{self.log.read_text()[-4_000:]}"
        return cast("int", json.loads(answer))


@dataclass
class Hand:
    """A worker process.

    Attributes:
        pid: Its process id.
        died_at: When it was killed, by the clock of this machine.
    """

    nursery: Nursery = field(repr=False)
    pid: int
    died_at: float | None = None
    ended: bool = False

    def kill(self) -> None:
        """End it as a crash does."""
        self.signal(signal.SIGKILL)
        self.died_at = time.time()
        self.wait()

    def freeze(self) -> None:
        """Stop it in its tracks."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to end as it should."""
        self.signal(signal.SIGTERM)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.nursery.ask(do="signal", pid=self.pid, number=int(number))

    def wait(self) -> int:
        """Wait for its end; the exit status, or minus the signal that killed it."""
        self.ended = True
        return self.nursery.ask(do="wait", pid=self.pid)
