"""A queue for code without an event loop."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from backbeat.app.bulk import as_call, as_calls
from backbeat.app.enqueuer import JobCall
from backbeat.app.options import JobOptions, Plan
from backbeat.app.results import ANY_RESULT, Result
from backbeat.app.sync_handle import SyncJobHandle
from backbeat.app.sync_operations import SyncOperations
from backbeat.engine.ids import new_session

if TYPE_CHECKING:
    from backbeat.app.connections import SyncConnection
    from backbeat.app.queue import Queue

R = TypeVar("R")


class SyncQueue(SyncOperations):
    """`Queue` for code without an event loop; made by `queue.sync`, safe to share by threads.

    Attributes:
        of: The queue.
        app: Its application.
        name: Its name.
    """

    def __init__(self, queue: "Queue") -> None:
        """Do what `queue` does."""
        self.of = queue
        self.app = queue.app
        self.name = queue.name

    def add(self, name: str, data: Any, **options: Unpack[JobOptions]) -> SyncJobHandle[Any]:
        """See `Queue.add`."""
        call = as_call(self.of, name, data, options)
        return self.submit(name, call.payload, call.plan, call.result)

    def add_many(
        self, jobs: Iterable[JobCall[Any] | tuple[str, Any]], **options: Unpack[JobOptions]
    ) -> list[SyncJobHandle[Any]]:
        """See `Queue.add_many`."""
        calls = as_calls(self.of, jobs, options)
        connection = self.ready()
        now_ms, limit = connection.now_ms(), connection.limit
        sessions = [new_session() if call.plan.wait else "" for call in calls]
        news = [
            call.plan.job(call.name, call.payload, now_ms, limit, session)
            for call, session in zip(calls, sessions, strict=True)
        ]
        answers = connection.client(self.name).add_many(news)
        return [
            SyncJobHandle(self, new.id, added, call.result, session)
            for new, added, call, session in zip(news, answers, calls, sessions, strict=True)
        ]

    def handle(self, job_id: str) -> SyncJobHandle[Any]:
        """See `Queue.handle`."""
        return SyncJobHandle(self, job_id, None, ANY_RESULT)

    def submit(self, name: str, payload: bytes, plan: Plan, result: Result[R]) -> SyncJobHandle[R]:
        """Put a job into the queue that is checked and ready; `enqueue` and `add` end here."""
        connection: SyncConnection = self.ready()
        session = new_session() if plan.wait else ""
        job = plan.job(name, payload, connection.now_ms(), connection.limit, session)
        added = connection.client(self.name).add(job)
        return SyncJobHandle(self, job.id, added, result, session)
