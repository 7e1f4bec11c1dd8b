"""Jobs that are there: looked at, found, and acted on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from backbeat import State
from backbeat.app import JobHandle, JobInfo, Queue, Removed, why_not_running
from backbeat.errors import InvalidPayload, JobNotFound
from backbeat.gateway.access import Action
from backbeat.gateway.service.caller import Caller
from backbeat.gateway.service.encrypted import audited
from backbeat.gateway.service.looking import JobView, shown, timeline
from backbeat.gateway.service.resource import Resource

# Jobs that one request looks at while it searches; its cursor goes on from there.
MOST_SEARCHED: Final = 2_000
_PAGE: Final = 200

Cancelled = Literal["cancelled", "flagged", "ended", "unknown"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs are wanted.

    Attributes:
        name: Of this handler; None: of any.
        group: In this group; None: in any.
        text: With this text in id, name or arguments, in upper or lower case; None: any.
    """

    name: str | None = None
    group: str | None = None
    text: str | None = None

    @property
    def all(self) -> bool:
        """Whether every job is."""
        return self == Wanted()

    def fits(self, job: JobInfo) -> bool:
        """Whether this one is."""
        if self.name not in {None, job.name} or self.group not in {None, job.group}:
            return False
        if self.text is None:
            return True
        words = f"{job.id} {job.name} {msgspec.json.encode(job.arguments).decode()}"
        return self.text.casefold() in words.casefold()


@dataclass(frozen=True, slots=True)
class JobPage:
    """A page of jobs as one caller sees them, and the cursor of the next; None at the end."""

    jobs: list[JobView]
    cursor: str | None


class Jobs(Resource):
    """Jobs, for callers who may."""

    async def list(
        self, caller: Caller, queue: str, state: State, *, wanted: Wanted = Wanted(),
        cursor: str | None = None, limit: int = 50,
    ) -> JobPage:  # fmt: skip
        """A page of the jobs in a state.

        A search looks at 2,000 jobs at most: its page may have few jobs, or none, and a cursor
        nevertheless. Who may not read what jobs carry cannot search in it either.
        """
        known = await self._queue(caller, Action.VIEW, queue)
        readable = caller.principal.may(Action.READ_DATA, queue)
        most = max(1, min(limit, _PAGE))
        found: list[JobView] = []
        looked = 0
        while True:
            page = await known.list(state, cursor=cursor, limit=most)
            cursor, looked = page.cursor, looked + len(page.jobs)
            seen = [shown(job, self._redactor, readable=readable) for job in page.jobs]
            found += [JobView(job, readable) for job in seen if wanted.fits(job)]
            if wanted.all or cursor is None or len(found) >= most or looked >= MOST_SEARCHED:
                return JobPage(found, cursor)

    async def get(self, caller: Caller, queue: str, job_id: str) -> JobView:
        """Everything about one job that the caller may see."""
        known = await self._queue(caller, Action.VIEW, queue, job_id)
        readable = caller.principal.may(Action.READ_DATA, queue, job_id)
        info = await known.get(job_id)
        lines = await known.logs(job_id) if readable else []
        workers = len(await known.workers()) if info.reason is not None else 0
        return JobView(
            shown(info, self._redactor, readable=readable),
            readable,
            why_not_running(info, workers),
            tuple(map(self._redactor.text, lines)),
            timeline(info),
        )

    async def logs(
        self, caller: Caller, queue: str, job_id: str, *, start: int, count: int
    ) -> Sequence[str]:
        """Log lines of a job, the oldest first."""
        known = await self._queue(caller, Action.READ_DATA, queue, job_id)
        if await known.handle(job_id).state() is None:
            raise JobNotFound(job_id)
        lines = await known.logs(job_id, start=start, count=count)
        return [self._redactor.text(line) for line in lines]

    async def find(self, caller: Caller, job_id: str) -> Sequence[JobView]:
        """The jobs of this id, in every queue that the caller may see."""
        names = await self._visible(caller)
        states = await asyncio.gather(
            *(self._app.queue(name).handle(job_id).state() for name in names)
        )
        there = [name for name, state in zip(names, states, strict=True) if state is not None]
        return [await self.get(caller, name, job_id) for name in there]

    async def retry(
        self, caller: Caller, queue: str, job_ids: Sequence[str], *, reset_attempts: bool = True
    ) -> int:
        """Let ended jobs run again; how many do."""
        known = await self._queue(caller, Action.RETRY, queue, _only(job_ids))
        async with self._guard.act(
            caller, Action.RETRY, "jobs.retry", queue=queue, job=_only(job_ids), subjects=job_ids
        ):
            return await known.retry(*job_ids, reset_attempts=reset_attempts)

    async def promote(self, caller: Caller, queue: str, job_ids: Sequence[str]) -> int:
        """Let delayed jobs start now; how many there were."""
        known = await self._queue(caller, Action.RETRY, queue, _only(job_ids))
        async with self._guard.act(
            caller, Action.RETRY, "jobs.promote", queue=queue, job=_only(job_ids), subjects=job_ids
        ):
            return await known.promote(*job_ids)

    async def cancel(
        self, caller: Caller, queue: str, job_ids: Sequence[str], reason: str = ""
    ) -> dict[str, Cancelled]:
        """Cancel jobs; what became of each."""
        known = await self._queue(caller, Action.CANCEL, queue, _only(job_ids))
        async with self._guard.act(
            caller, Action.CANCEL, "jobs.cancel", queue=queue, job=_only(job_ids),
            subjects=job_ids, new={"reason": reason},
        ):  # fmt: skip
            ends = [await _cancel(known, job_id, reason) for job_id in job_ids]
        return dict(zip(job_ids, ends, strict=True))

    async def remove(self, caller: Caller, queue: str, job_ids: Sequence[str]) -> Removed:
        """Remove jobs, except those that are active."""
        known = await self._queue(caller, Action.REMOVE, queue, _only(job_ids))
        async with self._guard.act(
            caller, Action.REMOVE, "jobs.remove", queue=queue, job=_only(job_ids), subjects=job_ids
        ):
            return await known.remove(*job_ids)

    async def reschedule(
        self, caller: Caller, queue: str, job_id: str, *, delay: float | None = None,
        run_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """Move the start of a waiting or delayed job."""
        known = await self._queue(caller, Action.RETRY, queue, job_id)
        new = {"delay": delay, "run_at": run_at}
        async with self._guard.act(
            caller, Action.RETRY, "jobs.reschedule", queue=queue, job=job_id, new=new
        ):
            await known.reschedule(job_id, delay=delay, run_at=run_at)

    async def reprioritise(
        self, caller: Caller, queue: str, job_ids: Sequence[str], priority: int
    ) -> int:
        """Give waiting or delayed jobs another priority; how many were changed."""
        known = await self._queue(caller, Action.RETRY, queue, _only(job_ids))
        async with self._guard.act(
            caller, Action.RETRY, "jobs.reprioritise", queue=queue, job=_only(job_ids),
            subjects=job_ids, new={"priority": priority},
        ):  # fmt: skip
            return await known.reprioritise(priority, where=job_ids)

    async def edit(self, caller: Caller, queue: str, job_id: str, data: Any) -> None:
        """Replace the arguments of a job that does not run; a mark left in them keeps what was."""
        known = await self._queue(caller, Action.EDIT_DATA, queue, job_id)
        old = (await known.get(job_id)).arguments
        whole = self._restored(data, old)
        async with self._guard.act(
            caller, Action.EDIT_DATA, "jobs.edit", queue=queue, job=job_id,
            old=audited(known, old), new=audited(known, whole),
        ):  # fmt: skip
            await known.update_data(job_id, whole)

    async def replay(
        self,
        caller: Caller,
        queue: str,
        job_id: str,
        data: Any = None,
        *,
        new_id: str | None = None,
    ) -> JobHandle[Any]:
        """Add a job like one that is there: its options, its arguments or others."""
        known = await self._queue(caller, Action.EDIT_DATA, queue, job_id)
        info = await known.get(job_id)
        if data is None:
            whole = known.decrypt(info).arguments
        else:
            whole = self._restored(data, info.arguments)
        async with self._guard.act(
            caller, Action.EDIT_DATA, "jobs.replay", queue=queue, job=job_id,
            old=audited(known, info.arguments), new=audited(known, whole),
        ):  # fmt: skip
            return await known.replay(job_id, whole, new_id=new_id)

    def _restored(self, data: Any, kept: Any) -> Any:
        try:
            return self._redactor.restore(data, kept)
        except ValueError as error:
            raise InvalidPayload(str(error)) from None


def _only(job_ids: Sequence[str]) -> str | None:
    """The one job that is meant; None where it is several."""
    return job_ids[0] if len(job_ids) == 1 else None


async def _cancel(queue: Queue, job_id: str, reason: str) -> Cancelled:
    try:
        return await queue.cancel(job_id, reason)
    except JobNotFound:
        return "unknown"
