"""One attempt that runs here: what the worker knows of it."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from backbeat.app.job import Job, Reporter
from backbeat.engine.record import Record
from backbeat.worker.attempt.deadlines import NEVER
from backbeat.worker.attempt.history import Reason
from backbeat.worker.attempt.terms import Terms

if TYPE_CHECKING:
    import asyncio


class Stop(Enum):
    """Why a run was told to end before it did so itself."""

    TIMEOUT = "timeout"  # it ran longer than it may
    EXPIRED = "expired"  # the job's total time is over
    CANCEL = "cancel"  # somebody asked for it
    RELEASE = "release"  # the worker ends
    LOST = "lost"  # the job is no longer ours
    UNLOCKED = "unlocked"  # the lock that it needs is no longer ours


class Home(Reporter, Protocol):
    """Where the outcome and the words of a run go."""

    def returned(self, run: "Run", value: Any) -> None:
        """The handler returned."""

    def raised(self, run: "Run", error: BaseException) -> None:
        """The handler raised."""

    def sent_back(self, run: "Run", due_ms: int, reason: Reason) -> None:
        """It may not start now: ask again then; 0 is soon."""

    def parked(self, run: "Run", due_ms: int) -> None:
        """The lock of its job is busy: it goes back until it is woken, or until then."""

    def untold(self, run: "Run") -> bool:
        """Whether its outcome is known here, and not yet to the server."""


class Run:
    """One attempt that runs here.

    Nothing that its job holds leads back to it: a circle would be left to the garbage collector,
    and at this rate of jobs that is where the time would go.

    Attributes:
        id: Id of the job.
        ticket: The attempt, for the server.
        record: The job as it was enqueued.
        plain: Whether that has no head, for the server.
        run_text: The run record that came with the claim; empty for a first attempt.
        terms: The rules that it runs by.
        home: Where the outcome goes.
        started_ms: When it started, by the server's clock.
        job: What the handler sees.
        task: The task that runs it.
        deadline: When something has to happen to it, by the clock of the loop.
        limit: When it has run too long, by that clock, where something else comes before that.
        stop: Why it was told to end, if it was.
        cause: The words of who asked for its end, or what it exceeded.
        forced: Whether its task was cancelled by us.
        keep_flag: How long the job stays when it has ended, in the words of the tick.
        spoke: Whether its job has said something, by progress or log.
        on_flag: Tells a handler in another process that it was asked to end.
    """

    __slots__ = (
        "__weakref__",
        "cause",
        "deadline",
        "forced",
        "home",
        "id",
        "job",
        "keep_flag",
        "limit",
        "on_flag",
        "plain",
        "record",
        "run_text",
        "spoke",
        "started_ms",
        "stop",
        "task",
        "terms",
        "ticket",
    )

    job: Job
    task: "asyncio.Task[None]"

    def __init__(
        self,
        job_id: str,
        ticket: int,
        record: Record,
        run_text: bytes,
        terms: Terms,
        home: Home,
        started_ms: int,
        *,
        plain: bool = False,
    ) -> None:
        self.id = job_id
        self.ticket = ticket
        self.record = record
        self.plain = plain
        self.run_text = run_text
        self.terms = terms
        self.home = home
        self.started_ms = started_ms
        self.deadline = NEVER
        self.limit = 0.0
        self.stop: Stop | None = None
        self.cause = ""
        self.forced = False
        self.keep_flag = terms.keep_flag
        self.spoke = False
        self.on_flag: Callable[[], None] | None = None

    @property
    def payload(self) -> msgspec.Raw:
        """The job's arguments as JSON."""
        return self.record.payload

    def encode(self, value: Any) -> bytes | None:
        """A result as it is stored.

        Raises:
            InvalidPayload: It cannot be.
        """
        return self.encrypt(self.terms.encode(value))

    def encrypt(self, result: bytes | None) -> bytes | None:
        """A result that is JSON, as it is stored."""
        if self.terms.encrypts is None or result is None:
            return result
        return self.terms.encrypts.encrypt_result(self.id, result)

    @property
    def label(self) -> str:
        """How log lines call it."""
        return f"job {self.id} ({self.terms.name})"

    def let_ask(self, flag: Callable[[], None]) -> None:
        """Learn how to tell the handler; somebody may have asked while it was being started."""
        self.on_flag = flag
        if self.stop is not None:
            flag()

    def ask(self) -> None:
        """Let the handler know that somebody wants it to end."""
        if self.on_flag is not None:
            self.on_flag()

    def force(self) -> None:
        """Interrupt the handler."""
        self.forced = True
        self.task.cancel()
