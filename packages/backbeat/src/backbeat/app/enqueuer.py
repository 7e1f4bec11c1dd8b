"""What puts jobs of one handler into its queue, with the signature of the handler."""

from typing import Any, Generic, ParamSpec, TypeVar

from typing_extensions import override

from backbeat.app.arguments import Arguments
from backbeat.app.call import JobCall
from backbeat.app.handle import JobHandle
from backbeat.app.intake import Intake
from backbeat.app.options import Plan
from backbeat.app.results import Result
from backbeat.app.sync_handle import SyncJobHandle

P = ParamSpec("P")
R = TypeVar("R")


class Enqueuer(Generic[P, R]):
    """Enqueues jobs of one handler with fixed options; made by `handler.options(...)`.

    Attributes:
        queue: Where the jobs go.
        name: Name of the handler.
        arguments: How arguments are written and checked.
        result: How results are read.
        plan: The options.
    """

    def __init__(
        self, queue: Intake, name: str, arguments: Arguments, result: Result[R], plan: Plan
    ) -> None:
        """Remember where the jobs go and how."""
        self.queue = queue
        self.name = name
        self.arguments = arguments
        self.result = result
        self.plan = plan

    async def enqueue(self, *args: P.args, **kwargs: P.kwargs) -> JobHandle[R]:
        """Put a job into the queue: when this returns, it is stored.

        Calls that are made at the same time travel together. A cancelled call may still be stored.

        Args:
            *args: Arguments of the handler, without the job and what the worker fills.
            **kwargs: The same, by name.

        Returns:
            The job's handle, whose `added` says whether the job is new.

        Raises:
            InvalidPayload: An argument does not fit the handler's signature.
            PayloadTooLarge: The arguments are larger than the limit.
            QueueFull: The queue holds as many jobs as it may.
            QueueClosed: The queue is being obliterated.
            ServerUnavailable: The server cannot be reached, or refuses.
            OutcomeUnknown: It was sent and never answered: repeat it with the same `id=`.
        """
        payload = self.arguments.encode(args, kwargs)
        return await self.queue.submit(self.name, payload, self.plan, self.result)

    def call(self, *args: P.args, **kwargs: P.kwargs) -> JobCall[R]:
        """The same job, not enqueued: a piece of a bulk for `queue.add_many`.

        Raises:
            InvalidPayload: An argument does not fit the handler's signature.
        """
        payload = self.arguments.encode(args, kwargs)
        return JobCall(self.queue.name, self.name, payload, self.plan, self.result)

    @property
    def sync(self) -> "SyncEnqueuer[P, R]":
        """The same for code without an event loop."""
        return SyncEnqueuer(self)

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.queue.name}/{self.name}>"


class SyncEnqueuer(Generic[P, R]):
    """Enqueues jobs of one handler from code without an event loop; safe to share by threads."""

    def __init__(self, enqueuer: Enqueuer[P, R]) -> None:
        """Do what `enqueuer` does."""
        self._of: Enqueuer[Any, R] = enqueuer

    def enqueue(self, *args: P.args, **kwargs: P.kwargs) -> SyncJobHandle[R]:
        """Put a job into the queue; see `Enqueuer.enqueue`."""
        of = self._of
        payload = of.arguments.encode(args, kwargs)
        return of.queue.sync.submit(of.name, payload, of.plan, of.result)
