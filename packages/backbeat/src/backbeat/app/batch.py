"""`@queue.batch(...)`: a handler that gets many jobs in one call, and answers for each."""

import inspect
import types
import typing
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, Generic, TypeVar, Union, overload

from typing_extensions import override

from backbeat.app.handler import Handler
from backbeat.app.intake import Intake
from backbeat.app.job import Job
from backbeat.app.policy import Policy
from backbeat.app.signature import REQUIRED, Carried, Signature, parameters_of, resolve
from backbeat.errors import ConfigurationError
from backbeat.values import Cancel, Snooze

A = TypeVar("A")
R = TypeVar("R")

# The one argument of each job.
ITEM: Final = "item"
_OUTCOMES: Final = (Snooze, Cancel)

Answers = Sequence[R | Snooze | Cancel | Exception] | None


class Batch(Sequence[A], Generic[A]):
    """What a batch handler gets: the item of each job, in the order in which they were claimed.

    Attributes:
        jobs: The jobs, in the same order.
    """

    def __init__(self, items: Sequence[A], jobs: Sequence[Job]) -> None:
        """Hold items and their jobs."""
        self._items = tuple(items)
        self.jobs = tuple(jobs)

    @overload
    def __getitem__(self, index: int) -> A: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[A]: ...
    @override
    def __getitem__(self, index: int | slice) -> A | Sequence[A]:
        return self._items[index]

    @override
    def __len__(self) -> int:
        return len(self._items)

    @override
    def __repr__(self) -> str:
        return f"<Batch of {len(self)}>"


class BatchDecorator:
    """Makes a batch handler of the function below it; made by `queue.batch`."""

    def __init__(
        self,
        queue: Intake,
        name: str | None,
        policy: Callable[[bool, str], Policy],
        enter: Callable[[Handler[..., Any]], None],
    ) -> None:
        """Remember what was declared; see `JobDecorator`."""
        self._queue = queue
        self._name = name
        self._policy = policy
        self._enter = enter

    @overload
    def __call__(
        self, fn: Callable[[Batch[A]], Coroutine[Any, Any, Answers[R]]]
    ) -> Handler[[A], R]: ...
    @overload
    def __call__(self, fn: Callable[[Batch[A]], Answers[R]]) -> Handler[[A], R]: ...
    def __call__(self, fn: Callable[..., Any]) -> Any:
        """Make the handler and add it to the queue.

        Raises:
            ConfigurationError: Its first parameter is no `Batch[...]`, or a type cannot travel.
        """
        signature = read_batch_signature(fn)
        policy = self._policy(inspect.iscoroutinefunction(fn), signature.label)
        if policy.mode == "process":
            raise ConfigurationError(f"{signature.label}: a batch runs as a task or in a thread")
        name = self._name or fn.__name__
        handler: Handler[..., Any] = Handler(self._queue, name, fn, signature, policy)
        self._enter(handler)
        return handler


def read_batch_signature(fn: Callable[..., Any]) -> Signature:
    """The signature of one job of a batch handler: it carries one item.

    Raises:
        ConfigurationError: The function does not take a batch.
    """
    label, parameters, dependencies = parameters_of(fn)
    kind = resolve(fn, parameters[0].annotation, label) if len(parameters) == 1 else None
    if typing.get_origin(kind) is not Batch:
        raise ConfigurationError(
            f"{label}: a batch handler takes `batch: Batch[Item]`, and beside it only what the"
            " worker fills"
        )
    (item,) = typing.get_args(kind)
    return Signature(
        module=fn.__module__,
        name=fn.__qualname__,
        carried=(Carried(ITEM, item, REQUIRED),),
        positional=(ITEM,),
        dependencies=dependencies,
        returns=_answer(fn, label),
    )


def _answer(fn: Callable[..., Any], label: str) -> Any:
    """The type of one job's result: that of an element, without the outcomes."""
    annotation = inspect.signature(fn).return_annotation
    if annotation is inspect.Signature.empty:
        return Any
    for kind in _members(resolve(fn, annotation, f"{label}: the type of the result")):
        if elements := typing.get_args(kind):
            kept = tuple(each for each in _members(elements[0]) if not _is_outcome(each))
            return Union[kept] if kept else None  # noqa: UP007 - built from a tuple
    return None


def _members(kind: Any) -> tuple[Any, ...]:
    if typing.get_origin(kind) in {Union, types.UnionType}:
        return typing.get_args(kind)
    return (kind,)


def _is_outcome(kind: Any) -> bool:
    return kind in _OUTCOMES or (isinstance(kind, type) and issubclass(kind, BaseException))
