"""Threads for blocking handlers: named, replaced when a job overstays, never shared with asyncio.

A thread cannot be killed. One that overstays is abandoned: its slot is free at once, what it
returns is ignored, and it is counted until it ends.
"""

import asyncio
import contextvars
import ctypes
import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from typing_extensions import override

from backbeat.worker.handover import soon

T = TypeVar("T")


class Abandoned(BaseException):
    """Raised inside a thread whose job has overstayed; passes through `except Exception`."""


@dataclass(slots=True)
class _Work:
    call: Callable[[], Any]
    context: contextvars.Context
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[tuple[Any, BaseException | None]]"


class ThreadPool:
    """Runs blocking calls, each in a thread of its own, for one event loop.

    The number of threads is not bounded here: whoever calls holds a slot.
    """

    def __init__(self, name: str, *, on_zombie: Callable[[int], None]) -> None:
        """Make an empty pool.

        Args:
            name: What the threads are called, with a number behind.
            on_zombie: Told the number of abandoned threads whenever it grows, in the loop.
        """
        self._name = name
        self._numbers = itertools.count(1)
        self._idle: list[_Thread] = []
        # Since when, by the clock of the loop.
        self._zombies: dict[_Thread, float] = {}
        self._on_zombie = on_zombie

    @property
    def zombies(self) -> int:
        """Abandoned threads that still run."""
        return len(self._zombies)

    def overstayed(self, since: float) -> int:
        """Abandoned threads that still run and were abandoned by that time of the loop."""
        return sum(abandoned_at <= since for abandoned_at in self._zombies.values())

    async def call(self, work: Callable[[], T]) -> T:
        """Run `work` in a thread, with the context variables of the caller.

        Cancelling this coroutine abandons the thread: `Abandoned` is raised in it once, and the
        next call gets another one.
        """
        loop = asyncio.get_running_loop()
        thread = self._idle.pop() if self._idle else self._spawn()
        future: asyncio.Future[tuple[T, BaseException | None]] = loop.create_future()
        thread.inbox.put(_Work(work, contextvars.copy_context(), loop, future))
        try:
            value, error = await future
        except asyncio.CancelledError:
            self._abandon(thread, loop)
            raise
        self._idle.append(thread)
        if error is not None:
            raise error
        return value

    def close(self) -> None:
        """Let the idle threads end. Abandoned ones die with the process."""
        for thread in self._idle:
            thread.inbox.put(None)
        for thread in self._idle:
            thread.join(timeout=1.0)
        self._idle.clear()

    def _spawn(self) -> "_Thread":
        thread = _Thread(f"{self._name}-{next(self._numbers)}")
        thread.start()
        return thread

    def _abandon(self, thread: "_Thread", loop: asyncio.AbstractEventLoop) -> None:
        self._zombies[thread] = loop.time()
        thread.abandon(lambda: soon(loop, self._zombies.pop, thread, None))
        self._on_zombie(len(self._zombies))


class _Thread(threading.Thread):
    """Takes one piece of work at a time until it is told to end or is abandoned."""

    def __init__(self, name: str) -> None:
        # Daemon: an abandoned thread must not keep the process from ending.
        super().__init__(name=name, daemon=True)
        self.inbox: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._on_end: Callable[[], None] | None = None

    def abandon(self, on_end: Callable[[], None]) -> None:
        """Raise `Abandoned` in the thread once; the end of the thread is reported."""
        self._on_end = on_end
        self.inbox.put(None)
        if self.ident is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self.ident), ctypes.py_object(Abandoned)
            )

    @override
    def run(self) -> None:
        try:
            while (work := self.inbox.get()) is not None:
                _perform(work)
                # Nothing of a finished job may stay alive while the thread waits for the next.
                del work
        except Abandoned:
            pass
        finally:
            self._report_end()

    def _report_end(self) -> None:
        try:
            if self._on_end is not None:
                self._on_end()
        except Abandoned:
            # It is raised once, wherever the thread happens to be: also right here.
            self._report_end()


def _perform(work: _Work) -> None:
    value: Any = None
    error: BaseException | None = None
    try:
        value = work.context.run(work.call)
    except BaseException as raised:  # noqa: BLE001 - whatever a handler raises is its outcome
        error = raised
    soon(work.loop, _answer, work.future, value, error)


def _answer(
    future: "asyncio.Future[tuple[Any, BaseException | None]]",
    value: Any,
    error: BaseException | None,
) -> None:
    if not future.done():
        future.set_result((value, error))
