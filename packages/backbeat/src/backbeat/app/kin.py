"""What a job of a flow can ask of the jobs around it: its children, and the flow itself."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from backbeat.app.results import Result
from backbeat.values import AtLeast, OnFailure, Share

if TYPE_CHECKING:
    from backbeat.app.info import Failure

R = TypeVar("R")


def queue_name(part: str) -> str:
    """The queue of which something is a part: itself, or a partition."""
    return part.partition("/")[0]


class Named(Protocol):
    """Something with a name: a queue."""

    @property
    def name(self) -> str:
        """Its name."""


class Source(Protocol[R]):
    """Whose results are read: a handler or a stub."""

    @property
    def queue(self) -> Named:
        """Where its jobs are."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def result(self) -> Result[R]:
        """How its results are read."""


class Call(Protocol[R]):
    """One job not yet enqueued: a `JobCall`, as flows see it."""

    @property
    def queue(self) -> str:
        """Name of the queue it belongs to."""

    @property
    def name(self) -> str:
        """Name of its handler."""

    @property
    def payload(self) -> bytes:
        """Its arguments as JSON, checked."""

    @property
    def plan(self) -> Any:
        """How it is enqueued."""

    @property
    def result(self) -> Result[R]:
        """How its result is read."""


@dataclass(frozen=True, slots=True)
class ChildResult(Generic[R]):
    """What one child gave.

    Attributes:
        id: Id of the child.
        queue: Its queue.
        name: Name of its handler.
        state: completed, failed, cancelled, or removed.
        result: What it gave; None unless it is completed.
        error: Why it failed; None unless it has.
    """

    id: str
    queue: str
    name: str
    state: str
    result: R
    error: "Failure | None" = None


@dataclass(frozen=True, slots=True)
class ChildCounts:
    """How far the children of a job are.

    Attributes:
        total: All of them.
        open: Those that have not ended.
        succeeded: Those that completed, or count as done by their rule.
        failed: The others.
    """

    total: int
    open: int
    succeeded: int
    failed: int


@dataclass(slots=True)
class FlowJob(Generic[R]):
    """A job of a flow, before or after it was sent; what `flow.add(...)` gives.

    Attributes:
        id: Its id; empty until it is sent.
        part: The engine's queue that it is in, a partition perhaps; empty until it is sent.
        call: What is to be done.
        after: The jobs that it waits for, with the rule for each: what its failure means.
        succeed_when: How many of those must succeed; None: all.
        compensate: What undoes it, should a job fail that stands on it.
    """

    id: str
    call: Call[R]
    after: "tuple[tuple[FlowJob[Any], OnFailure | None], ...]"
    succeed_when: AtLeast | Share | None = None
    compensate: Call[Any] | None = None
    part: str = ""

    def on_failure(self, rule: OnFailure) -> "Edge":
        """The same job for an `after=` list, with a rule for the case that it ends badly.

        Args:
            rule: "fail": the job that waits fails, whatever its threshold; "continue": it starts
                now; "ignore": this one counts as done.
        """
        return Edge(self, rule)


@dataclass(frozen=True, slots=True)
class Edge:
    """A job that another waits for, and what its bad end means; made by `job.on_failure(...)`."""

    job: FlowJob[Any]
    rule: OnFailure


After = Sequence[FlowJob[Any] | Edge]


class JobFlow(ABC):
    """The flow of a job that runs, as its handler sees it: `job.flow`.

    What is added here belongs to the attempt: when the job has been given to another worker,
    nothing is added any more. Ids count up within an attempt, so that another attempt adds the
    same jobs and not more, as long as it adds them in the same order.

    Attributes:
        id: Id of the flow.
    """

    id: str

    @abstractmethod
    async def add(self, call: Call[R], *, on_failure: OnFailure | None = None) -> FlowJob[R]:
        """Add a job beside this one: whatever waits for this one waits for the new one, too.

        Args:
            call: What is to be done.
            on_failure: What its bad end means to those that wait. Defaults to None: it counts
                against their threshold, which is all unless they say otherwise.

        Raises:
            LeaseLost: The job is another worker's by now; nothing was added.
            BackbeatError: As `Handler.enqueue`.
        """

    @abstractmethod
    async def add_child(self, call: Call[R], *, on_failure: OnFailure | None = None) -> FlowJob[R]:
        """Add a job that this one waits for once it returns `WaitForChildren()`; see `add`."""

    @abstractmethod
    async def add_many(
        self, calls: Sequence[Call[Any]], *, on_failure: OnFailure | None = None,
        children: bool = False,
    ) -> list[FlowJob[Any]]:  # fmt: skip
        """Add many jobs in as few calls as possible; see `add` and, for `children`, `add_child`."""


class Kin(ABC):
    """What the worker gives a job of a flow."""

    @property
    @abstractmethod
    def flow(self) -> JobFlow:
        """The flow."""

    @abstractmethod
    async def counts(self) -> ChildCounts:
        """How far the children are."""

    @abstractmethod
    def results(self, source: Source[Any] | None, page: int) -> AsyncIterator[ChildResult[Any]]:
        """What the children gave that have ended, in the order in which they were named."""
