"""A handler: a function, and everything declared about the jobs that it runs."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, Unpack

from backbeat.app.arguments import Arguments
from backbeat.app.enqueuer import Enqueuer
from backbeat.app.grouping import check_rule
from backbeat.app.handle import JobHandle
from backbeat.app.intake import Intake
from backbeat.app.kinds import check_kind
from backbeat.app.lock_name import LockName
from backbeat.app.options import JobOptions, prepare
from backbeat.app.policy import Mode, Policy
from backbeat.app.results import Result
from backbeat.app.signature import Signature
from backbeat.values import Retry

if TYPE_CHECKING:
    import msgspec

    from backbeat.app.depends import Dependency

P = ParamSpec("P")
R = TypeVar("R")


class Handler(Enqueuer[P, R]):
    """A function that runs jobs, and the way to enqueue them; made by `queue.job`.

    Called, it is the function itself: nothing is enqueued, which is what tests of it want.

    Attributes:
        queue: Where its jobs go.
        name: Its name within the queue.
        fn: The function.
        arguments: How its arguments are written and checked.
        result: How its results are written and read.
        policy: How its jobs run.
        lock: Which lock its jobs need; None: none.
        wants_job: Whether the function's first parameter is the `Job`.
        dependencies: Parameters that the worker fills, by name.
        description: First line of the function's docstring, or nothing.
    """

    def __init__(
        self,
        queue: Intake,
        name: str,
        fn: Callable[..., Any],
        signature: Signature,
        policy: Policy,
    ) -> None:
        """Read the function's signature.

        Raises:
            ConfigurationError: A type in it cannot travel.
        """
        check_kind(signature.returns, f"{signature.label}: the result")
        arguments = Arguments(signature, f"{queue.name}.{name}.arguments")
        plan = prepare(policy, {}, arguments)
        if plan.unique is not None:
            plan.unique.check(signature.label, {carried.name for carried in signature.carried})
        if policy.group is not None:
            check_rule(policy.group, signature.label, {each.name for each in signature.carried})
        super().__init__(queue, name, arguments, Result(signature.returns, queue.encryption), plan)
        self.fn = fn
        self.policy = policy
        self.lock = None if policy.lock is None else LockName(policy.lock, arguments)
        if self.lock is not None:
            self.lock.check(signature.label, signature.names)
        self.wants_job = signature.wants_job
        self.dependencies: Mapping[str, Dependency] = signature.dependencies
        self.description = (inspect.getdoc(fn) or "").partition("\n")[0]
        self.decode_arguments: Callable[[bytes | msgspec.Raw], dict[str, Any]] = (
            self.arguments.decode
        )
        self.encode_result: Callable[[Any], bytes | None] = self.result.encode
        functools.update_wrapper(self, fn, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function here and now, as if it were not decorated."""
        return self.fn(*args, **kwargs)

    def options(self, **options: Unpack[JobOptions]) -> Enqueuer[P, R]:
        """The same handler with options for the jobs it enqueues.

        Args:
            **options: See `JobOptions`.

        Raises:
            InvalidOption: An option does not make sense.
        """
        plan = prepare(self.policy, options, self.arguments)
        return Enqueuer(self.queue, self.name, self.arguments, self.result, plan)

    def handle(self, job_id: str) -> JobHandle[R]:
        """A handle for a job of this handler that was enqueued elsewhere. Asks nobody."""
        return JobHandle(self.queue, job_id, None, self.result)

    @property
    def batch_parameter(self) -> str:
        """Name of the parameter that gets the batch; of a batch handler."""
        return next(iter(inspect.signature(self.fn).parameters))

    @property
    def mode(self) -> Mode:
        """Where it runs: "async", "thread" or "process"."""
        return self.policy.mode

    @property
    def retry(self) -> Retry:
        """How a failing job is tried again."""
        return self.policy.retry

    @property
    def timeout(self) -> float | None:
        """Seconds an attempt may run; None: no limit."""
        return self.policy.timeout

    @property
    def stale_after(self) -> float | None:
        """Seconds after which a running attempt is reported as stale; None: never."""
        return self.policy.stale_after

    @property
    def keep(self) -> float | None:
        """Seconds an ended job stays; 0: not at all; None: as the queue says."""
        return self.policy.keep

    @property
    def priority(self) -> int:
        """Priority of its jobs, 0 to 10."""
        return self.policy.priority
