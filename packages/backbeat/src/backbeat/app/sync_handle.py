"""A job from outside, for code without an event loop."""

from collections.abc import Iterator
from datetime import datetime
from typing import Generic, Literal, TypeVar

from typing_extensions import override

from backbeat.app.info import JobInfo
from backbeat.app.outcome import JobEvent, failed, read_event, read_result, too_late
from backbeat.app.policy import in_seconds
from backbeat.app.results import Result
from backbeat.app.sync_operations import SyncOperations
from backbeat.app.sync_watch import SyncWatch
from backbeat.engine.calls.enqueue import Added
from backbeat.engine.states import State
from backbeat.engine.sync_partitioned import holder_of
from backbeat.engine.watch import Notice
from backbeat.errors import JobActive, JobNotFound
from backbeat.values import Seconds

R = TypeVar("R")


class SyncJobHandle(Generic[R]):
    """`JobHandle` for code without an event loop; safe to share by threads.

    Attributes:
        queue: Where the job is.
        id: Its id.
        added: As of `JobHandle`.
    """

    __slots__ = ("_notice", "_result", "_session", "added", "id", "queue")

    def __init__(
        self,
        queue: SyncOperations,
        job_id: str,
        added: Added | None,
        result: Result[R],
        session: str = "",
    ) -> None:
        """Asks nobody.

        Args:
            queue: Where the job is.
            job_id: The job.
            added: What the queue answered when it was enqueued.
            result: How its result is read.
            session: The session that the job's record names; empty for none.
        """
        self.queue = queue
        self.id = job_id
        self.added: Added | None = added
        self._result = result
        self._session = session if added == "created" else ""
        # What was promised to the session is told once only.
        self._notice: Notice | None = None

    @property
    def created(self) -> bool:
        """See `JobHandle.created`."""
        return self.added == "created"

    @property
    def existing(self) -> bool:
        """See `JobHandle.existing`."""
        return self.added == "existing"

    @property
    def kept(self) -> bool:
        """See `JobHandle.kept`."""
        return self.added == "kept"

    def result(self, timeout: Seconds | None = None) -> R:
        """Wait for the end of the job; see `JobHandle.result`."""
        notice = self._notice or self._end(in_seconds(timeout))
        if notice.kind == "failed":
            snapshot = self.queue.client().get(self.id)
            raise failed(self.queue.name, self.id, notice, snapshot)
        return read_result(self.id, notice, self._result)

    def events(self, timeout: Seconds | None = None) -> Iterator[JobEvent]:
        """News of the job until its end or until the time is over; see `JobHandle.events`."""
        with self._watch("") as watch:
            for notice in watch.news(in_seconds(timeout)):
                yield read_event(self.id, notice, self._result)

    def info(self) -> JobInfo:
        """See `JobHandle.info`."""
        return self.queue.get(self.id)

    def state(self) -> State | None:
        """See `JobHandle.state`."""
        snapshot = self.queue.client().get(self.id)
        return None if snapshot is None else snapshot.state

    def logs(self) -> list[str]:
        """See `JobHandle.logs`."""
        return self.queue.logs(self.id)

    def cancel(self, reason: str = "") -> Literal["cancelled", "flagged", "ended"]:
        """See `JobHandle.cancel`."""
        return self.queue.cancel(self.id, reason)

    def remove(self) -> None:
        """See `JobHandle.remove`."""
        removed = self.queue.remove(self.id)
        if removed.active:
            raise JobActive(self.id)
        if not removed.count:
            raise JobNotFound(self.id)

    def promote(self) -> bool:
        """See `JobHandle.promote`."""
        return self.queue.promote(self.id) == 1

    def retry(self, *, reset_attempts: bool = True) -> bool:
        """See `JobHandle.retry`."""
        self._session, self._notice = "", None
        return self.queue.retry(self.id, reset_attempts=reset_attempts) == 1

    def reschedule(self, *, delay: Seconds | None = None, run_at: datetime | None = None) -> None:
        """See `JobHandle.reschedule`."""
        self.queue.reschedule(self.id, delay=delay, run_at=run_at)

    @override
    def __repr__(self) -> str:
        return f"<SyncJobHandle {self.queue.name}/{self.id} {self.added or ''}>"

    def _end(self, limit: float | None) -> Notice:
        with self._watch(self._session) as watch:
            notice = watch.end(limit)
        if notice is None:
            raise too_late(self.id, limit)
        if self._session:
            self._notice = notice
        return notice

    def _watch(self, session: str) -> SyncWatch:
        connection = self.queue.app.connections.open_sync()
        holder = holder_of(self.queue.client(), self.id)
        return SyncWatch(connection, holder.keys, self.id, session)
