"""Process slots: one job at a time in a process that can be killed, replaced after it was.

The children never talk to the server: the right to finish a job stays with the worker.
"""

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from backbeat.worker.frames import (
    LENGTH,
    Ended,
    Flag,
    FromSlot,
    FromWorker,
    LogLine,
    Order,
    Progress,
    Setup,
    read_from_slot,
    to_frame,
)
from backbeat.worker.logs import logging_as
from backbeat.worker.rss import rss_bytes

logger = logging.getLogger("backbeat.worker.processes")

Report = Callable[[Progress | LogLine], None]

# A fresh process now and then: what handlers and libraries leak is given back.
_JOBS_PER_PROCESS: Final = 1_000
_LOOK_SECONDS: Final = 0.25
_REAP_SECONDS: Final = 0.002
# A child whose pipe is closed has nothing left to do.
_END_SECONDS: Final = 1.0


class ProcessDied(Exception):
    """A process slot ended in the middle of a job.

    Attributes:
        status: Its exit status; negative is a signal.
    """

    def __init__(self, status: int) -> None:
        self.status = status
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        super().__init__(f"the process of the job ended with {how}")


class ProcessPool:
    """Runs jobs in child processes.

    Their number is not bounded here: who calls holds a slot.
    """

    def __init__(self, *, jobs_per_process: int = _JOBS_PER_PROCESS) -> None:
        """Make an empty pool.

        Args:
            jobs_per_process: Jobs after which a child is replaced. Defaults to 1,000.
        """
        self._jobs_per_process = jobs_per_process
        self._idle: list[ProcessSlot] = []

    async def call(
        self,
        order: Order,
        *,
        report: Report,
        flaggable: Callable[[Callable[[], None]], None],
        max_bytes: int | None = None,
    ) -> Ended:
        """Run one attempt. Cancelling this coroutine kills the child.

        Args:
            order: What to run.
            report: Takes the progress and log lines of the job as they come.
            flaggable: Gets a function that tells the handler that somebody asked for its end;
                once it has its order, so that the two cannot overtake each other.
            max_bytes: Memory in RAM above which the child is killed. Defaults to None: no bound.

        Raises:
            ProcessDied: The child ended before its answer.
            MemoryError: It was killed because it exceeded `max_bytes`.
        """
        slot = self._idle.pop() if self._idle else await ProcessSlot.start()
        try:
            slot.send(order)
            flaggable(slot.flag)
            ended = await slot.answer(report, max_bytes)
        except BaseException:
            await slot.kill()
            raise
        if slot.jobs < self._jobs_per_process and not slot.exceeds(max_bytes):
            self._idle.append(slot)
        else:
            await slot.dismiss()
        return ended

    async def close(self) -> None:
        """End the idle children."""
        idle, self._idle = self._idle, []
        for slot in idle:
            await slot.dismiss()


class ProcessSlot:
    """One child and the pipe to it."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.jobs = 0
        self._process = process
        self._reader = reader
        self._writer = writer
        self._too_large = False

    @classmethod
    async def start(cls) -> "ProcessSlot":
        """Start a child; it imports the application when its first job comes."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own module; a spawn is short
                [sys.executable, "-m", "backbeat.worker.slot_main", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours)
        slot = cls(process, reader, writer)
        slot._send(Setup(path=list(sys.path), main=_main_file(), logs=logging_as()))
        return slot

    def send(self, order: Order) -> None:
        """Let the child begin a job."""
        self.jobs += 1
        self._send(order)

    async def answer(self, report: Report, max_bytes: int | None) -> Ended:
        """Wait for the end of the job.

        Args:
            report: Takes progress and log lines as they come.
            max_bytes: Memory in RAM above which the child is killed.
        """
        watch = asyncio.create_task(self._watch(max_bytes)) if max_bytes else None
        try:
            return await self._answer(report)
        except (OSError, EOFError):
            raise await self._death() from None
        finally:
            if watch is not None:
                watch.cancel()

    def flag(self) -> None:
        """Tell the handler that somebody asked for the end of its job."""
        self._send(Flag())

    def exceeds(self, max_bytes: int | None) -> bool:
        """Whether the child has more memory in RAM than that."""
        return max_bytes is not None and rss_bytes(self._process.pid) > max_bytes

    async def kill(self) -> None:
        """End the child at once."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self.dismiss()

    async def dismiss(self) -> None:
        """Close the pipe, at which an idle child ends, and wait for its end."""
        self._writer.close()
        await self._status()

    async def _answer(self, report: Report) -> Ended:
        while True:
            message = await self._receive()
            if not isinstance(message, Progress | LogLine):
                return message
            report(message)

    async def _death(self) -> Exception:
        status = await self._status()
        if self._too_large:
            return MemoryError("the job was killed: it exceeded its max_memory_mb")
        return ProcessDied(status)

    async def _status(self) -> int:
        patience = _END_SECONDS
        while (status := self._process.poll()) is None:
            await asyncio.sleep(_REAP_SECONDS)
            patience -= _REAP_SECONDS
            if patience < 0:
                self._process.kill()
        return status

    async def _watch(self, max_bytes: int) -> None:
        while not self.exceeds(max_bytes):  # noqa: ASYNC110 - memory tells no one
            await asyncio.sleep(_LOOK_SECONDS)
        self._too_large = True
        self._process.kill()

    def _send(self, message: FromWorker) -> None:
        self._writer.write(to_frame(message))

    async def _receive(self) -> FromSlot:
        (length,) = LENGTH.unpack(await self._reader.readexactly(LENGTH.size))
        return read_from_slot(await self._reader.readexactly(length))


def _main_file() -> str:
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    return os.path.abspath(file) if file else ""  # noqa: PTH100 - no symlinks resolved
