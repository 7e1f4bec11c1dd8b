"""Where jobs that are checked and ready go; every way to enqueue ends here."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

from backbeat.app.call import JobCall
from backbeat.app.connections import AsyncConnection
from backbeat.app.handle import JobHandle, give_up, settle
from backbeat.app.operations import Operations
from backbeat.app.options import Plan
from backbeat.app.results import Result
from backbeat.app.sync_handle import SyncJobHandle
from backbeat.app.sync_operations import SyncOperations
from backbeat.engine.ids import new_session

R = TypeVar("R")


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
        if plan.wait:
            return await self._submit_watched(connection, name, payload, plan, result)
        job = plan.job(name, payload, connection.now_ms(), connection.limit)
        added = await connection.client(self.name).add(job)
        # Read afterwards: it is another job's where that one holds the unique key.
        return JobHandle(self, job.id, added, result)

    async def submit_many(self, calls: Sequence[JobCall[Any]]) -> list[JobHandle[Any]]:
        """Put jobs into the queue that are checked and ready; `add_many` ends here."""
        connection = await self.ready()
        client, now_ms, limit = connection.client(self.name), connection.now_ms(), connection.limit
        jobs = [
            call.plan.job(call.name, call.payload, now_ms, limit, client.reply_session)
            for call in calls
        ]
        watches = [
            client.expect(job.id) if call.plan.wait else None
            for job, call in zip(jobs, calls, strict=True)
        ]
        try:
            answers = await client.add_many(jobs)
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
        name: str,
        payload: bytes,
        plan: Plan,
        result: Result[R],
    ) -> JobHandle[R]:
        client = connection.client(self.name)
        job = plan.job(name, payload, connection.now_ms(), connection.limit, client.reply_session)
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
        job = plan.job(name, payload, connection.now_ms(), connection.limit, session)
        added = connection.client(self.name).add(job)
        return SyncJobHandle(self, job.id, added, result, session)

    def submit_many(self, calls: Sequence[JobCall[Any]]) -> list[SyncJobHandle[Any]]:
        """See `Intake.submit_many`."""
        connection = self.ready()
        now_ms, limit = connection.now_ms(), connection.limit
        sessions = [new_session() if call.plan.wait else "" for call in calls]
        jobs = [
            call.plan.job(call.name, call.payload, now_ms, limit, session)
            for call, session in zip(calls, sessions, strict=True)
        ]
        answers = connection.client(self.name).add_many(jobs)
        return [
            SyncJobHandle(self, job.id, added, call.result, session)
            for job, added, call, session in zip(jobs, answers, calls, sessions, strict=True)
        ]
