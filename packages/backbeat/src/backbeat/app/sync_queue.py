"""A queue for code without an event loop."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, TypeVar, Unpack

from backbeat.app.bulk import Book
from backbeat.app.call import JobCall
from backbeat.app.dead import SyncQueueDead
from backbeat.app.groups import SyncQueueGroups
from backbeat.app.intake import Intake, SyncIntake
from backbeat.app.options import JobOptions
from backbeat.app.replaying import replay_of
from backbeat.app.results import ANY_RESULT, Result, any_result
from backbeat.app.sync_handle import SyncJobHandle

R = TypeVar("R")


class SyncQueue(SyncIntake):
    """`Queue` for code without an event loop; made by `queue.sync`, safe to share by threads.

    Attributes:
        of: The queue.
        app: Its application.
        name: Its name.
    """

    def __init__(self, queue: Intake, book: Book) -> None:
        """Do what `queue` does, with its handlers."""
        self.of = queue
        self.app = queue.app
        self.name = queue.name
        self._book = book

    @cached_property
    def dead(self) -> SyncQueueDead:
        """See `Queue.dead`."""
        return SyncQueueDead(self)

    @cached_property
    def groups(self) -> SyncQueueGroups:
        """See `Queue.groups`."""
        return SyncQueueGroups(self)

    def add(self, name: str, data: Any, **options: Unpack[JobOptions]) -> SyncJobHandle[Any]:
        """See `Queue.add`."""
        call = self._book.call(name, data, options)
        return self.submit(name, call.payload, call.plan, call.result)

    def add_many(
        self, jobs: Iterable[JobCall[Any] | tuple[str, Any]], **options: Unpack[JobOptions]
    ) -> list[SyncJobHandle[Any]]:
        """See `Queue.add_many`."""
        return self.submit_many(self._book.calls(jobs, options))

    def replay(
        self, job_id: str, data: Any = None, *, new_id: str | None = None
    ) -> SyncJobHandle[Any]:
        """See `Queue.replay`."""
        call = replay_of(self._book, job_id, self.client().get(job_id), data, new_id)
        return self.submit(call.name, call.payload, call.plan, call.result)

    def handle(self, job_id: str, result: Result[R] = ANY_RESULT) -> SyncJobHandle[R]:
        """See `Queue.handle`."""
        if result is ANY_RESULT:
            return SyncJobHandle(self, job_id, None, any_result(self.app.keyring, self.name))
        return SyncJobHandle(self, job_id, None, result)
