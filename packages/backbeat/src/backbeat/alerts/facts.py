"""What rules ask of a queue: each thing is read once a look, and only if a rule wants it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from backbeat.app import (
    HistoryPoint,
    JobInfo,
    Queue,
    QueueLoad,
    ScheduleInfo,
    Vitals,
    WorkerInfo,
)
from backbeat.app.application import Backbeat
from backbeat.engine.alerts.client import AlertClient
from backbeat.engine.calls.read import Counts
from backbeat.engine.events import Event
from backbeat.engine.states import State

T = TypeVar("T")

# A rule looks at so many jobs at most.
MOST_JOBS: Final = 200


class Facts:
    """What is to know of one queue at one look.

    Attributes:
        queue: The queue.
    """

    def __init__(self, app: Backbeat, queue: Queue, memory: AlertClient) -> None:
        """Ask nothing yet.

        Args:
            app: The application.
            queue: The queue.
            memory: What rules remember.
        """
        self.queue = queue
        self.memory = memory
        self._app = app
        self._known: dict[Any, asyncio.Future[Any]] = {}

    async def counts(self) -> Counts:
        """How many jobs are in each state."""
        return await self._once("counts", self.queue.counts)

    async def load(self) -> QueueLoad:
        """How loaded it is."""
        return await self._once("load", self.queue.load)

    async def history(self, window: float) -> list[HistoryPoint]:
        """The minutes that have begun within so many seconds."""
        now_ms = (await self.counts()).now_ms
        points = await self._once(("history", window), lambda: self.queue.history(window))
        return [each for each in points if each.at.timestamp() * 1000 >= now_ms - window * 1000]

    async def workers(self) -> list[WorkerInfo]:
        """Its workers."""
        return await self._once("workers", self.queue.workers)

    async def newest_failed(self) -> list[JobInfo]:
        """The jobs that failed last and are kept, the newest first."""
        page = await self._once("failed", lambda: self.queue.list(State.FAILED, limit=MOST_JOBS))
        return page.jobs

    async def running(self) -> list[JobInfo]:
        """The jobs that run, those that were claimed first ahead; at most 200 of them."""
        page = await self._once("active", lambda: self.queue.list(State.ACTIVE, limit=MOST_JOBS))
        return page.jobs

    async def events(self, window: float) -> Sequence[Event]:
        """What has happened within so many seconds."""
        since_ms = (await self.counts()).now_ms - round(window * 1000)
        client = await self.queue.client()
        return await self._once(("events", window), lambda: client.recent_events(since_ms))

    async def schedules(self) -> list[ScheduleInfo]:
        """Its schedules."""
        listed = self._app.schedules.list
        return await self._once("schedules", lambda: listed(queue=self.queue.name))

    async def vitals(self) -> list[tuple[str, Vitals]]:
        """What its worker processes say of themselves, by name."""
        names = [worker.name for worker in await self.workers()]
        return list((await self._app.vitals(names)).items())

    async def _once(self, name: Any, read: Callable[[], Awaitable[T]]) -> T:
        if name not in self._known:
            self._known[name] = asyncio.ensure_future(read())
        known: asyncio.Future[T] = self._known[name]
        return await known
