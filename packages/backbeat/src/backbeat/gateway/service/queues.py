"""Queues: how they are, and what is done to all of their jobs at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from backbeat import State
from backbeat.app import Counts, HistoryPoint, QueueLoad
from backbeat.errors import BackbeatError
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.resource import Resource

# As many jobs as one request cleans; the next one goes on.
MOST_CLEANED: Final = 100_000


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """A queue in a list of queues.

    Attributes:
        name: Its name.
        counts: How many jobs are in each state; None where it cannot be read.
        workers: How many workers hold a lease.
        error: Why it cannot be read; None where it can.
    """

    name: str
    counts: Counts | None
    workers: int
    error: str | None = None


class Queues(Resource):
    """Queues, for callers who may."""

    async def list(self, caller: Caller) -> list[QueueStatus]:
        """Every queue that the caller may see; one that cannot be read says why."""
        return list(await asyncio.gather(*map(self._status, await self._visible(caller))))

    async def get(self, caller: Caller, name: str) -> QueueStatus:
        """How many jobs of a queue are in each state, and how many workers it has."""
        queue = await self._queue(caller, Action.VIEW, name)
        return QueueStatus(name, await queue.counts(), len(await queue.workers()))

    async def load(self, caller: Caller, name: str, window: float = 60.0) -> QueueLoad:
        """Backlog, age, rates and time to drain."""
        return await (await self._queue(caller, Action.VIEW, name)).load(window)

    async def history(
        self, caller: Caller, name: str, last: float, per: Literal["minute", "hour"]
    ) -> Sequence[HistoryPoint]:
        """What came, ran and ended in each minute or hour of the last seconds."""
        return await (await self._queue(caller, Action.VIEW, name)).history(last, per=per)

    async def pause(self, caller: Caller, name: str) -> None:
        """Let workers start nothing until `resume`."""
        queue = await self._queue(caller, Action.PAUSE, name)
        async with self._guard.act(caller, Action.PAUSE, "queues.pause", queue=name):
            await queue.pause()

    async def resume(self, caller: Caller, name: str) -> None:
        """Let workers start jobs again."""
        queue = await self._queue(caller, Action.PAUSE, name)
        async with self._guard.act(caller, Action.PAUSE, "queues.resume", queue=name):
            await queue.resume()

    async def scale(
        self,
        caller: Caller,
        name: str,
        *,
        concurrency: int | None,
        max_running: int | None,
        worker: str | None,
    ) -> int:
        """Change how many jobs run at once; how many workers were told."""
        queue = await self._queue(caller, Action.CONFIGURE, name)
        new = {"concurrency": concurrency, "max_running": max_running, "worker": worker}
        async with self._guard.act(caller, Action.CONFIGURE, "queues.scale", queue=name, new=new):
            return await queue.scale(concurrency, max_running=max_running, worker=worker)

    async def drain(
        self, caller: Caller, name: str, *, confirm: str, delayed: bool, dry_run: bool
    ) -> int:
        """Remove what waits; how many were, or would be, removed."""
        queue = await self._queue(caller, Action.DESTROY, name)
        if dry_run:
            counts = await queue.counts()
            return counts.waiting + (counts.delayed if delayed else 0)
        self._guard.confirm(name, confirm)
        async with self._guard.act(
            caller, Action.DESTROY, "queues.drain", queue=name, new={"delayed": delayed}
        ):
            return await queue.drain(delayed=delayed)

    async def clean(
        self, caller: Caller, name: str, *, confirm: str, state: State, older_than: float,
        limit: int, dry_run: bool,
    ) -> int:  # fmt: skip
        """Remove ended jobs, the oldest first; how many were, or at most would be, removed."""
        queue = await self._queue(caller, Action.REMOVE, name)
        if dry_run:
            return min((await queue.counts()).of(state), limit)
        self._guard.confirm(name, confirm)
        new = {"state": state, "older_than": older_than, "limit": limit}
        async with self._guard.act(caller, Action.REMOVE, "queues.clean", queue=name, new=new):
            return await queue.clean(state, older_than=older_than, limit=limit)

    async def obliterate(
        self, caller: Caller, name: str, *, confirm: str, force: bool, dry_run: bool
    ) -> int:
        """Remove a queue with everything in it; how many jobs that were, or would be."""
        queue = await self._queue(caller, Action.DESTROY, name)
        counts = await queue.counts()
        number = sum(counts.of(state) for state in State)
        if dry_run:
            return number
        self._guard.confirm(name, confirm)
        async with self._guard.act(
            caller, Action.DESTROY, "queues.obliterate", queue=name, old=counts,
            new={"force": force},
        ):  # fmt: skip
            await queue.obliterate(force=force)
        return number

    async def _status(self, name: str) -> QueueStatus:
        try:
            queue = self._app.queue(name)
            return QueueStatus(name, await queue.counts(), len(await queue.workers()))
        except BackbeatError as error:
            return QueueStatus(name, None, 0, type(error).__name__)
