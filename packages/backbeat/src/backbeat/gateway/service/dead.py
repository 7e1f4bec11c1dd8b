"""Dead letters: jobs that have failed for good."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from backbeat import State
from backbeat.app import DeadGroup, JobInfo, Page, Queue
from backbeat.errors import JobNotFound
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.jobs import JobPage
from backbeat.gateway.service.looking import JobView, shown, shown_failure
from backbeat.gateway.service.resource import Resource

# Each job of a page is read whole, for its error.
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class DeadCount:
    """How many failed jobs a queue holds."""

    queue: str
    failed: int


class Dead(Resource):
    """Failed jobs, for callers who may."""

    async def counts(self, caller: Caller) -> Sequence[DeadCount]:
        """How many there are, in each queue that the caller may see."""
        names = await self._visible(caller)
        counts = await asyncio.gather(*(self._app.queue(name).counts() for name in names))
        return [DeadCount(name, each.failed) for name, each in zip(names, counts, strict=True)]

    async def list(
        self, caller: Caller, queue: str, *, cursor: str | None = None, limit: int = 50
    ) -> JobPage:
        """A page of them with their errors, those that failed last first."""
        known = await self._queue(caller, Action.VIEW, queue)
        page = await known.list(State.FAILED, cursor=cursor, limit=max(1, min(limit, MOST)))
        return await self._shown(caller, known, page)

    async def groups(self, caller: Caller, queue: str) -> Sequence[DeadGroup]:
        """What failed in a queue, grouped by handler, error and place, the largest group first."""
        known = await self._queue(caller, Action.VIEW, queue)
        readable = caller.principal.may(Action.READ_DATA, queue)
        return [
            replace(each, error=shown_failure(each.error, self._redactor, readable=readable))
            for each in await known.dead.groups()
        ]

    async def group(self, caller: Caller, queue: str, fingerprint: str) -> DeadGroup | None:
        """One of them; None where no failed job is in it."""
        found = await self.groups(caller, queue)
        return next((each for each in found if each.fingerprint == fingerprint), None)

    async def list_group(
        self, caller: Caller, queue: str, fingerprint: str, *, cursor: str | None = None,
        limit: int = 50,
    ) -> JobPage:  # fmt: skip
        """A page of the jobs of a group, those that failed last first."""
        known = await self._queue(caller, Action.VIEW, queue)
        page = await known.dead.list(fingerprint, cursor=cursor, limit=max(1, min(limit, MOST)))
        return await self._shown(caller, known, page)

    async def retry_group(self, caller: Caller, queue: str, fingerprint: str) -> int:
        """Let the jobs of a group run again that have failed by now; how many do."""
        known = await self._queue(caller, Action.RETRY, queue)
        async with self._guard.act(
            caller, Action.RETRY, "dead.retry-group", queue=queue, subjects=[fingerprint]
        ):
            return await known.dead.retry(fingerprint)

    async def remove_group(self, caller: Caller, queue: str, fingerprint: str) -> int:
        """Remove the jobs of a group that have failed by now; how many were."""
        known = await self._queue(caller, Action.REMOVE, queue)
        async with self._guard.act(
            caller, Action.REMOVE, "dead.remove-group", queue=queue, subjects=[fingerprint]
        ):
            return await known.dead.remove(fingerprint)

    async def retry_all(
        self, caller: Caller, queue: str, *, name: str | None = None, error: str | None = None
    ) -> int:
        """Let failed jobs run again: all of them, of one handler, or with one type of error."""
        known = await self._queue(caller, Action.RETRY, queue)
        async with self._guard.act(
            caller, Action.RETRY, "dead.retry", queue=queue, new={"name": name, "error": error}
        ):
            return await known.retry_where(name=name, error=error)

    async def _shown(self, caller: Caller, queue: Queue, page: Page) -> JobPage:
        readable = caller.principal.may(Action.READ_DATA, queue.name)
        whole = await asyncio.gather(*(_whole(queue, job) for job in page.jobs))
        views = [JobView(shown(job, self._redactor, readable=readable), readable) for job in whole]
        return JobPage(views, page.cursor)


async def _whole(queue: Queue, job: JobInfo) -> JobInfo:
    try:
        return await queue.get(job.id)
    except JobNotFound:
        return job  # removed since the page was read
