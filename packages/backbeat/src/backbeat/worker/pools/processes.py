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

from backbeat.worker.logs import logging_as
from backbeat.worker.pools.frames import (
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
from backbeat.worker.rss import rss_bytes

logger = logging.getLogger("backbeat.worker.processes")

Report = Callable[[Progress | LogLine], None]

# A fresh process now and then: what handlers and libraries leak is given back.
_JOBS_PER_PROCESS: Final = 1_000
_IDLE_SECONDS: Final = 60.0
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

    def __init__(
        self, *, jobs_per_process: int = _JOBS_PER_PROCESS, idle_seconds: float = _IDLE_SECONDS
    ) -> None:
        """Make an empty pool.

        Args:
            jobs_per_process: Jobs after which a child is replaced. Defaults to 1,000.
            idle_seconds: Seconds after which a child without work ends. Defaults to 60.
        """
        self._jobs_per_process = jobs_per_process
        self._idle_seconds = idle_seconds
        # The one that has worked last is at the end, and is used next.
        self._idle: list[ProcessSlot] = []
        self._look: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()

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
            self._rest(slot)
        else:
            await slot.dismiss()
        return ended

    async def close(self) -> None:
        """End the idle children."""
        if self._look is not None:
            self._look.cancel()
        idle, self._idle = self._idle, []
        # All at once: each of them takes a moment to end.
        await asyncio.gather(*(slot.dismiss() for slot in idle), *self._leaving)

    def _rest(self, slot: "ProcessSlot") -> None:
        loop = asyncio.get_running_loop()
        slot.idle_since = loop.time()
        self._idle.append(slot)
        if self._look is None:
            self._look = loop.call_later(self._idle_seconds, self._shrink)

    def _shrink(self) -> None:
        """End the children that have had no work for long: a peak leaves no processes behind."""
        loop = asyncio.get_running_loop()
        latest = loop.time() - self._idle_seconds
        while self._idle and self._idle[0].idle_since <= latest:
            task = loop.create_task(self._idle.pop(0).dismiss(), name="backbeat: end a process")
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        self._look = None
        if self._idle:
            self._look = loop.call_at(self._idle[0].idle_since + self._idle_seconds, self._shrink)


class ProcessSlot:
    """One child and the pipe to it."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.jobs = 0
        self.idle_since = 0.0
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
