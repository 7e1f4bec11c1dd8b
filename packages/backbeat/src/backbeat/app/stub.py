"""A typed producer for a handler whose code lives elsewhere."""

from dataclasses import replace
from typing import Any, Generic, TypeVar, Unpack

from backbeat.app import codec
from backbeat.app.call import JobCall
from backbeat.app.handle import JobHandle
from backbeat.app.intake import Intake
from backbeat.app.kinds import check_kind
from backbeat.app.options import JobOptions, Plan, prepare
from backbeat.app.policy import NO_HANDLER
from backbeat.app.results import Result
from backbeat.app.sync_handle import SyncJobHandle
from backbeat.errors import InvalidPayload

A = TypeVar("A")
R = TypeVar("R")


class Stub(Generic[A, R]):
    """Enqueues jobs by name, with arguments given as one object; made by `queue.stub`.

    Attributes:
        queue: Where the jobs go.
        name: Name of the handler.
        result: How results are read.
        plan: The options.
    """

    def __init__(
        self, queue: Intake, name: str, arguments: Any, result: Result[R], plan: Plan
    ) -> None:
        """Check the types.

        Raises:
            ConfigurationError: A type cannot travel.
        """
        check_kind(arguments, f"the arguments of {queue.name}/{name}")
        check_kind(result.kind, f"the result of {queue.name}/{name}")
        self.queue = queue
        self.name = name
        self._kind = arguments
        self._read = codec.decoder(arguments).decode
        self.result = result
        self.plan = plan

    async def enqueue(self, arguments: A) -> JobHandle[R]:
        """Put a job into the queue; see `Enqueuer.enqueue`."""
        payload = self.payload(arguments)
        return await self.queue.submit(self.name, payload, self.plan, self.result)

    @property
    def sync(self) -> "SyncStub[A, R]":
        """The same for code without an event loop."""
        return SyncStub(self)

    def call(self, arguments: A) -> JobCall[R]:
        """The same job, not enqueued: a piece of a bulk for `queue.add_many`."""
        payload = self.payload(arguments)
        return JobCall(self.queue.name, self.name, payload, self.plan, self.result)

    def options(self, **options: Unpack[JobOptions]) -> "Stub[A, R]":
        """The same stub with options for the jobs it enqueues; see `JobOptions`."""
        policy = replace(NO_HANDLER, priority=self.plan.priority, encryption=self.plan.encryption)
        plan = prepare(policy, options)
        return Stub(self.queue, self.name, self._kind, self.result, plan)

    def handle(self, job_id: str) -> JobHandle[R]:
        """A handle for a job that was enqueued elsewhere. Asks nobody."""
        return JobHandle(self.queue, job_id, None, self.result)

    def payload(self, arguments: A) -> bytes:
        """Arguments as JSON, checked.

        Raises:
            InvalidPayload: They do not fit their type.
        """
        try:
            payload = codec.encode(arguments)
            self._read(payload)
        except codec.ENCODE_ERRORS as error:
            what, path = codec.explain(error)
            where = f"{self.queue.name}/{self.name}{': ' if path else ''}{path}"
            raise InvalidPayload(f"{where}: {what}", field=path) from error
        return payload


class SyncStub(Generic[A, R]):
    """A stub for code without an event loop; safe to share by threads."""

    def __init__(self, stub: Stub[A, R]) -> None:
        """Do what `stub` does."""
        self._of = stub

    def enqueue(self, arguments: A) -> SyncJobHandle[R]:
        """Put a job into the queue; see `Enqueuer.enqueue`."""
        of = self._of
        return of.queue.sync.submit(of.name, of.payload(arguments), of.plan, of.result)
