"""What a handler sees of its job: who it is, how to report, whether to stop."""

from collections.abc import AsyncIterator, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final, Protocol, TypeVar, overload

from backbeat.app import codec
from backbeat.app.kin import ChildCounts, ChildResult, JobFlow, Kin, Source
from backbeat.app.shared_limit import Limits, SharedLimit
from backbeat.engine.ids import slot_of
from backbeat.errors import BackbeatError, ConfigurationError, InvalidPayload

R = TypeVar("R")

MAX_LOG_LINE: Final = 4_096
MAX_PROGRESS_BYTES: Final = 256 * 1024


class Reporter(Protocol):
    """Where a job's words go. The worker has one; it gathers, and sends within 100 ms.

    All three may be called from the event loop, from a thread, and in a process slot.
    """

    def progress(self, job: "Job", progress_json: bytes) -> None:
        """Show this progress; the newest wins."""

    def log(self, job: "Job", line: str) -> None:
        """Append a line to the job's log."""

    def cancelled(self, job: "Job") -> bool:
        """Whether somebody asked for the job's end."""


@dataclass(slots=True)
class Job:
    """One attempt to run one job, as its handler sees it.

    Attributes:
        id: Id of the job.
        name: Name of its handler.
        queue: Name of its queue.
        attempt: Which attempt this is, from 1.
        attempts: How many the job may have.
        fence: Rises over all attempts of a queue: put it beside what you write elsewhere, and
            refuse a write whose fence is lower than the one already there.
        created_ms: When it was enqueued, in ms since 1970.
        state: What the application's `lifespan` made.
        trace: The trace context that came with the job.
        ticket: Of this attempt, for the engine.
        kin: What the worker gives a job of a flow; None for any other.
        lock_fence: Rises over all holders of the lock that this job needs, whatever their queues;
            0 where it needs none. Use it like `fence`.
    """

    id: str
    name: str
    queue: str
    attempt: int
    attempts: int
    fence: int
    created_ms: int
    reporter: Reporter
    state: Any = None
    trace: Mapping[str, str] | None = None
    ticket: int = 0
    lock_fence: int = 0
    home: Limits | None = None
    kin: Kin | None = None

    @staticmethod
    def current() -> "Job":
        """The job that is running here.

        Raises:
            BackbeatError: No job is running here.
        """
        job = _current.get(None)
        if job is None:
            raise BackbeatError("Job.current(): no job is running here")
        return job

    def limit(self, name: str) -> SharedLimit:
        """A limit of the application, to `pause` it when its service asks for that.

        A function in a thread or a process uses `job.limit(name).sync`.

        Args:
            name: As in `app.limit(name, ...)`.

        Raises:
            ConfigurationError: There is no such limit.
        """
        if self.home is None:
            raise ConfigurationError(f"job.limit({name!r}): no worker runs this job")
        return self.home.limit(name)

    @property
    def created_at(self) -> datetime:
        """When it was enqueued."""
        return datetime.fromtimestamp(self.created_ms / 1000, UTC)

    @property
    def scheduled_at(self) -> datetime | None:
        """The slot that its schedule made it for; None for a job of no schedule.

        Not when it was made: that may be later, by jitter or because the slot was missed.
        """
        slot_ms = slot_of(self.id)
        return None if slot_ms is None else datetime.fromtimestamp(slot_ms / 1000, UTC)

    @property
    def cancel_requested(self) -> bool:
        """Whether somebody asked for this job's end.

        A coroutine is cancelled anyway; a function in a thread or a process should look here now
        and then, and return `Cancel()`.
        """
        return self.reporter.cancelled(self)

    @property
    def flow(self) -> JobFlow:
        """The flow of this job, which it may let grow.

        Raises:
            BackbeatError: It is in no flow, or runs in a process of its own.
        """
        return self._kin.flow

    async def children(self) -> ChildCounts:
        """How far the children of this job are: the jobs that it waits, or waited, for.

        Raises:
            BackbeatError: As `flow`.
        """
        return await self._kin.counts()

    async def results(self, handler: Source[R]) -> list[R]:
        """What the completed children of a handler gave, in the order in which they were named.

        All are held in memory: see `child_results` for many.

        Args:
            handler: The handler, or a stub.

        Raises:
            BackbeatError: As `flow`.
            JobError: A result does not fit the type that the handler declares.
        """
        return [
            child.result
            async for child in self.child_results(handler)
            if child.state == "completed"
        ]

    @overload
    def child_results(
        self, handler: None = None, *, page: int = ...
    ) -> AsyncIterator[ChildResult[Any]]: ...
    @overload
    def child_results(
        self, handler: Source[R], *, page: int = ...
    ) -> AsyncIterator[ChildResult[R]]: ...
    def child_results(
        self, handler: Source[Any] | None = None, *, page: int = 100
    ) -> AsyncIterator[ChildResult[Any]]:
        """What the children gave that have ended, read from the server page by page.

        Args:
            handler: Only children of this handler, with results of its type. Defaults to None:
                all, with results as plain JSON values.
            page: How many are read at a time, at most 500. Defaults to 100.

        Raises:
            BackbeatError: As `flow`.
            JobError: A result does not fit the type that the handler declares.
        """
        return self._kin.results(handler, page)

    @property
    def _kin(self) -> Kin:
        if self.kin is None:
            raise BackbeatError(
                f"job {self.id} is in no flow, or runs in a process of its own: only jobs of a flow"
                " that run in the worker's process have children"
            )
        return self.kin

    def progress(self, value: float | Mapping[str, Any], message: str | None = None) -> None:
        """Say how far the job is. Costs nothing to speak of: the newest is sent every 100 ms.

        Args:
            value: A number, by custom percent, or an object with what you like to show.
            message: A few words for people.

        Raises:
            InvalidPayload: The value cannot be written as JSON, or is larger than 256 KiB.
        """
        content: dict[str, Any] = {"value": value}
        if message is not None:
            content["message"] = message
        try:
            progress_json = codec.encode(content)
        except codec.ENCODE_ERRORS as error:
            raise InvalidPayload(f"progress of job {self.id}: {error}", field="value") from error
        if len(progress_json) > MAX_PROGRESS_BYTES:
            raise InvalidPayload(
                f"progress of job {self.id} has {len(progress_json):,} bytes and the limit is"
                f" {MAX_PROGRESS_BYTES:,}",
                field="value",
            )
        self.reporter.progress(self, progress_json)

    def log(self, line: str) -> None:
        """Append a line to the job's log, which keeps the newest 1,000 for 7 days.

        Args:
            line: Cut after 4,096 characters.
        """
        self.reporter.log(self, line[:MAX_LOG_LINE])

    def idempotency_key(self, effect: str) -> str:
        """A key for one effect of this job, the same in every attempt.

        Pass it to whoever is told to do something that must happen once: a payment provider, a
        table with a unique column. Another job has another key, also one that is enqueued later
        under the same id.

        Args:
            effect: Names the effect within the job, such as "charge".

        Returns:
            32 hexadecimal characters.
        """
        parts = "\0".join((self.queue, self.id, str(self.created_ms), effect))
        return blake2b(parts.encode(), digest_size=16).hexdigest()


_current: Final[ContextVar[Job]] = ContextVar("backbeat_job")


def current_job() -> Job | None:
    """The job that runs in this context; None for none."""
    return _current.get(None)


def set_current(job: Job) -> Token[Job]:
    """Make `job` the one that `Job.current()` gives in this context."""
    return _current.set(job)


def reset_current(token: Token[Job]) -> None:
    """Undo `set_current`."""
    _current.reset(token)
