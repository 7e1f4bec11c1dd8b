"""Runs a contender's program: a producer to its end, a worker until told to stop."""

import json
import os
import signal
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backbeat.cli.bench.contender import Contender
from backbeat.cli.bench.machine import process_tree
from backbeat.cli.bench.server import BenchServer
from backbeat.cli.bench.signals import uninterrupted
from backbeat.errors import BackbeatError

_RECORD: Final = struct.Struct("<qq")
_LOOK_S: Final = 0.02
_PRODUCER_S: Final = 180.0
_STUCK_S: Final = 40.0
_STOP_S: Final = 3.0


class BenchFailed(BackbeatError):
    """A contender's program stopped, or came to a standstill; its last words are in the message."""


@dataclass(frozen=True, slots=True)
class Production:
    """What a producer says of itself: jobs added, the seconds and the CPU seconds it took."""

    jobs: int
    seconds: float
    cpu_s: float


@dataclass(frozen=True)
class Stand:
    """One contender before one server.

    Attributes:
        contender: Who is measured.
        server: On what.
    """

    contender: Contender
    server: BenchServer

    @property
    def log(self) -> Path:
        """Each handled job appends two times to this file: enqueued and started."""
        return self.server.folder / "handled.log"

    def produce(self, mode: str, jobs: int) -> Production:
        """Run a producer to its end.

        Raises:
            BenchFailed: It ended with an error, or takes too long.
        """
        command = [*self.contender.command, "enqueue", mode, str(jobs)]
        try:
            done = subprocess.run(  # noqa: S603 - a program that the user of the benchmark named
                command,
                env=self._variables(),
                capture_output=True,
                text=True,
                timeout=_PRODUCER_S,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise BenchFailed(f"{self.contender.name}: {mode}: {error.stderr[-1500:]}") from None
        except subprocess.TimeoutExpired:
            late = f"{self.contender.name}: {mode} took over {_PRODUCER_S:.0f} s"
            raise BenchFailed(late) from None
        answer = json.loads(done.stdout.strip().splitlines()[-1])
        return Production(answer["n"], answer["seconds"], answer["cpu"])

    @contextmanager
    def worker(self, setting: str) -> Iterator["RunningWorker"]:
        """Run a worker until the end of the block."""
        self.log.unlink(missing_ok=True)
        words = self.server.folder / "worker.err"
        process: subprocess.Popen[bytes] | None = None
        try:
            with uninterrupted():
                process = self._start_worker(setting, words)
            yield RunningWorker(self.contender.name, process, self.log, words)
        finally:
            with uninterrupted():
                _stop(process)

    def _start_worker(self, setting: str, words: Path) -> "subprocess.Popen[bytes]":
        with words.open("wb") as output:
            return subprocess.Popen(  # noqa: S603 - a program that the user named
                [*self.contender.command, "worker", setting],
                env=self._variables(),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _variables(self) -> dict[str, str]:
        return self.contender.variables(self.server.url, self.log)


@dataclass(frozen=True)
class RunningWorker:
    """A worker at work, seen through the file its jobs write to."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    words: Path

    @property
    def pids(self) -> list[int]:
        """The worker and its children."""
        return process_tree(self.process.pid)

    def handled(self) -> int:
        """Jobs that have started so far."""
        with suppress(FileNotFoundError):
            return self.log.stat().st_size // _RECORD.size
        return 0

    def wait_for(self, jobs: int) -> None:
        """Wait until that many jobs have started.

        Raises:
            BenchFailed: The worker ended, or nothing moves any more.
        """
        seen, moved = -1, time.monotonic()
        while (count := self.handled()) < jobs:
            now = time.monotonic()
            if count != seen:
                seen, moved = count, now
            if self.process.poll() is not None or now - moved > _STUCK_S:
                said = self.words.read_text(errors="replace")[-1500:]
                raise BenchFailed(f"{self.name}: its worker stopped at {count} of {jobs}: {said}")
            time.sleep(_LOOK_S)

    def times(self) -> list[tuple[int, int]]:
        """When each job was enqueued and when it started, in nanoseconds, in order of start."""
        data = self.log.read_bytes()
        whole = data[: len(data) // _RECORD.size * _RECORD.size]
        return sorted(_RECORD.iter_unpack(whole), key=lambda pair: pair[1])


def _stop(process: "subprocess.Popen[bytes] | None") -> None:
    """End the session we started: politely, then not. Nothing of it stays behind."""
    if process is None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_S)
