"""Where jobs that are checked and ready go; every way to enqueue ends here."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from backbeat.app.call import JobCall
from backbeat.app.connections import AsyncConnection
from backbeat.app.handle import JobHandle, give_up, settle
from backbeat.app.operations import Operations
from backbeat.app.options import Plan
from backbeat.app.partitions import Spread
from backbeat.app.results import Result
from backbeat.app.sync_handle import SyncJobHandle
from backbeat.app.sync_operations import SyncOperations
from backbeat.engine.bulk import Progress
from backbeat.engine.calls.enqueue import Added, NewJob
from backbeat.engine.client import QueueClient
from backbeat.engine.ids import new_session
from backbeat.errors import BackbeatError

R = TypeVar("R")
T = TypeVar("T")


class Intake(Operations):
    """The side of a queue that takes jobs."""

    @property
    @abstractmethod
    def sync(self) -> "SyncIntake":
        """The same for code without an event loop."""

    async def submit(
        self, name: str, payload: bytes, plan: Plan, result: Result[R]
    ) -> JobHandle[R]:
        """Put a job into the queue that is checked and ready; `enqueue` and `add` end here."""
        connection = self.app.connections.here()
        if connection is None or self.name not in connection.announced:
            connection = await self.ready()
        spread = self.spread
        queue, job_id = (self.name, None) if spread is None else spread.place(name, plan, payload)
        client = connection.client(queue)
        if plan.wait:
            make = partial(plan.job, name, payload, job_id=job_id)
            return await self._submit_watched(connection, client, make, result)
        job = plan.job(name, payload, connection.now_ms(), connection.limit, job_id=job_id)
        added = await client.add(job)
        # Read afterwards: it is another job's where that one holds the unique key.
        return JobHandle(self, job.id, added, result)

    async def submit_many(self, calls: Sequence[JobCall[Any]]) -> list[JobHandle[Any]]:
        """Put jobs into the queue that are checked and ready; `add_many` ends here."""
        connection = await self.ready()
        now_ms, limit = connection.now_ms(), connection.limit
        places = _places(self.name, self.spread, calls)
        clients = [connection.client(queue) for queue, _ in places]
        jobs = [
            call.plan.job(call.name, call.payload, now_ms, limit, client.reply_session, job_id)
            for call, client, (_, job_id) in zip(calls, clients, places, strict=True)
        ]
        watches = [
            client.expect(job.id) if call.plan.wait else None
            for job, client, call in zip(jobs, clients, calls, strict=True)
        ]
        try:
            answers = await _add_all(clients, jobs)
        except BaseException:
            for watch in watches:
                await give_up(watch)
            raise
        return [
            JobHandle(self, job.id, added, call.result, await settle(watch, added))
            for job, added, call, watch in zip(jobs, answers, calls, watches, strict=True)
        ]

    async def _submit_watched(
        self,
        connection: AsyncConnection,
        client: QueueClient,
        make: Callable[[int, int, str], NewJob],
        result: Result[R],
    ) -> JobHandle[R]:
        job = make(connection.now_ms(), connection.limit, client.reply_session)
        watch = client.expect(job.id)
        try:
            added = await client.add(job)
        except BaseException:
            await give_up(watch)
            raise
        return JobHandle(self, job.id, added, result, await settle(watch, added))


class SyncIntake(SyncOperations):
    """`Intake` for code without an event loop; safe to share by threads."""

    def submit(self, name: str, payload: bytes, plan: Plan, result: Result[R]) -> SyncJobHandle[R]:
        """See `Intake.submit`."""
        connection = self.ready()
        session = new_session() if plan.wait else ""
        spread = self.of.spread
        queue, job_id = (self.name, None) if spread is None else spread.place(name, plan, payload)
        job = plan.job(name, payload, connection.now_ms(), connection.limit, session, job_id)
        added = connection.client(queue).add(job)
        return SyncJobHandle(self, job.id, added, result, session)

    def submit_many(self, calls: Sequence[JobCall[Any]]) -> list[SyncJobHandle[Any]]:
        """See `Intake.submit_many`."""
        connection = self.ready()
        now_ms, limit = connection.now_ms(), connection.limit
        sessions = [new_session() if call.plan.wait else "" for call in calls]
        places = _places(self.name, self.of.spread, calls)
        jobs = [
            call.plan.job(call.name, call.payload, now_ms, limit, session, job_id)
            for call, session, (_, job_id) in zip(calls, sessions, places, strict=True)
        ]
        answers, progress = [_UNSENT] * len(jobs), Progress(jobs)
        for queue, share in _shares([queue for queue, _ in places]):
            try:
                sent = connection.client(queue).add_many([jobs[place] for place in share])
            except BackbeatError as error:
                progress.broke(error, share)
                progress.tell(error)
                raise
            progress.added(share)
            for place, added in zip(share, sent, strict=True):
                answers[place] = added
        return [
            SyncJobHandle(self, job.id, added, call.result, session)
            for job, added, call, session in zip(jobs, answers, calls, sessions, strict=True)
        ]


def _places(
    name: str, spread: Spread | None, calls: Sequence[JobCall[Any]]
) -> list[tuple[str, str | None]]:
    """The engine's queue of each job, and its id where that is chosen already."""
    if spread is None:
        return [(name, None)] * len(calls)
    return [spread.place(call.name, call.plan, call.payload) for call in calls]


def _shares(things: Sequence[T]) -> list[tuple[T, list[int]]]:
    """The different things, each with the places at which it stands."""
    found: dict[T, list[int]] = {}
    for place, thing in enumerate(things):
        found.setdefault(thing, []).append(place)
    return list(found.items())


async def _add_all(clients: Sequence[QueueClient], jobs: Sequence[NewJob]) -> list[Added]:
    """What became of each job; those of different queues travel at the same time."""
    answers, progress = [_UNSENT] * len(jobs), Progress(jobs)
    shares = _shares(clients)
    sent = await asyncio.gather(
        *(client.add_many([jobs[place] for place in share]) for client, share in shares),
        return_exceptions=True,
    )
    failure: BaseException | None = None
    for (_, share), part in zip(shares, sent, strict=True):
        if isinstance(part, BaseException):
            failure = failure or part
            if isinstance(part, BackbeatError):
                progress.broke(part, share)
            continue
        progress.added(share)
        for place, added in zip(share, part, strict=True):
            answers[place] = added
    if isinstance(failure, BackbeatError):
        progress.tell(failure)
    if failure is not None:
        raise failure
    return answers


# Stands where an answer will be.
_UNSENT: Final[Added] = "created"
