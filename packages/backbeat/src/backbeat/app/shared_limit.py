"""A limit as jobs and queues see it; `Limit` is one."""

from datetime import datetime
from typing import Any, Protocol

from backbeat.engine.permits.limit_calls import LimitTerms
from backbeat.values import Seconds


class SharedLimit(Protocol):
    """A limit that queues share by name.

    Attributes:
        name: Its name.
        terms: What it allows.
    """

    name: str
    terms: LimitTerms

    @property
    def sync(self) -> Any:
        """The same for code without an event loop: `pause`, `resume`, `wait`, `try_take`."""

    async def wait(self, cost: int = 1, timeout: Seconds | None = None) -> None:  # noqa: ASYNC109 - the field's word
        """See `Limit.wait`."""

    async def try_take(self, cost: int = 1) -> bool:
        """See `Limit.try_take`."""

    async def pause(self, time: Seconds) -> datetime:
        """See `Limit.pause`."""

    async def resume(self) -> None:
        """See `Limit.resume`."""


class Limits(Protocol):
    """Where the limits of an application are: the application."""

    def limit(self, name: str) -> SharedLimit:
        """A declared limit, by its name."""
