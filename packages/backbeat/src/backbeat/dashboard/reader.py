"""One reader for all pages of a process: however many look, the server is asked once."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from backbeat.app import QueueLoad
from backbeat.dashboard.histories import Histories
from backbeat.errors import BackbeatError
from backbeat.gateway.access import Action, Principal
from backbeat.gateway.service import Caller, Service
from backbeat.gateway.service.queues import QueueStatus
from backbeat.gateway.service.workers import WorkerView

logger = logging.getLogger("backbeat.dashboard")

Watcher = Callable[[], Awaitable[None]]

_OURSELVES: Final = Caller(Principal("dashboard", frozenset({Action.VIEW})))
_AT_ONCE: Final = 16
_PATIENCE_S: Final = 10.0
# A reading takes at most this part of the time.
_SHARE: Final = 4


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How everything was when it was read last.

    Attributes:
        at: When; None before the first reading.
        queues: Every queue, by name.
        loads: How loaded each is that can be read.
        workers: Every worker.
        error: Why it could not be read; None where it could.
    """

    at: datetime | None = None
    queues: Sequence[QueueStatus] = ()
    loads: dict[str, QueueLoad] = field(default_factory=dict)
    workers: Sequence[WorkerView] = ()
    error: str | None = None

    def seen_by(self, principal: Principal) -> "Snapshot":
        """The part that somebody may see."""
        if principal.queues is None and principal.may(Action.VIEW):
            return self
        names = {each.name for each in self.queues if principal.may(Action.VIEW, each.name)}
        return replace(
            self,
            queues=[each for each in self.queues if each.name in names],
            loads={name: load for name, load in self.loads.items() if name in names},
            workers=[each for each in self.workers if each.queue in names],
        )

    def queue(self, name: str) -> QueueStatus | None:
        """One of its queues."""
        return next((each for each in self.queues if each.name == name), None)


class Reader:
    """Reads while somebody looks, and tells the pages.

    What it reads are lengths and rates: a reading takes as long with 10 jobs as with a million.

    Attributes:
        snapshot: What was read last.
        histories: What was counted by minute and hour, read when a page asks.
    """

    def __init__(self, service: Service, interval: float) -> None:
        """Read nothing yet.

        Args:
            service: What it asks.
            interval: Seconds between two readings at least.
        """
        self.snapshot = Snapshot()
        self.histories = Histories(service, _OURSELVES)
        self._service, self._interval = service, interval
        self._watchers: dict[object, Watcher] = {}
        self._task: asyncio.Task[None] | None = None
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._soon = asyncio.Event()
        self._closed = False

    def watch(self, who: object, watcher: Watcher) -> None:
        """Tell a page of every reading from now on."""
        self._watchers[who] = watcher
        if not self._closed and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._run(), name="dashboard reader")

    def close(self) -> None:
        """Read no more, whoever looks: it would open again what is being closed."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()

    def leave(self, who: object) -> None:
        """Tell a page no more; without pages nothing is read."""
        self._watchers.pop(who, None)

    def hurry(self) -> None:
        """Read next without waiting: somebody has changed something."""
        self._soon.set()

    async def fresh(self) -> None:
        """Read now, where nothing was read for longer than an interval."""
        at = self.snapshot.at
        if self._closed:
            return
        if at is None or (datetime.now(UTC) - at).total_seconds() > 2 * self._interval:
            await self._read()

    async def _run(self) -> None:
        while self._watchers:
            began_at = time.monotonic()
            await self._read()
            took = time.monotonic() - began_at
            await asyncio.gather(*(self._tell(each) for each in [*self._watchers.values()]))
            self._soon.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(self._interval, _SHARE * took)):
                    await self._soon.wait()

    async def _tell(self, watcher: Watcher) -> None:
        async with self._gate:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    await watcher()
            except Exception:  # one page must not stop the others
                logger.exception("a page could not be filled")

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                queues = await self._service.queues.list(_OURSELVES)
                names = [each.name for each in queues if each.counts is not None]
                loads = await asyncio.gather(*map(self._load, names))
                workers = await self._service.workers.list(_OURSELVES)
        except (BackbeatError, TimeoutError) as error:
            logger.warning("the dashboard could not read: %s", error)
            self.snapshot = replace(self.snapshot, error=type(error).__name__)
            return
        known = {name: each for name, each in zip(names, loads, strict=True) if each is not None}
        now = datetime.now(UTC)
        self.snapshot = Snapshot(now, queues, known, workers)

    async def _load(self, name: str) -> QueueLoad | None:
        async with self._gate:
            with suppress(BackbeatError):
                return await self._service.queues.load(_OURSELVES, name)
        return None
