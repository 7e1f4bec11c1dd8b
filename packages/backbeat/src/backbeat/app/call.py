"""One job not yet enqueued."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from backbeat.app.options import Plan
from backbeat.app.results import Result

R = TypeVar("R")


@dataclass(slots=True)
class JobCall(Generic[R]):
    """One job not yet enqueued, for `queue.add_many`.

    Attributes:
        queue: Name of the queue it belongs to.
        name: Name of its handler.
        payload: Its arguments as JSON, checked.
        plan: How it is enqueued.
        result: How its result is read.
    """

    queue: str
    name: str
    payload: bytes
    plan: Plan = field(repr=False)
    result: Result[R] = field(repr=False)
