"""What a queue needs of its application."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from backbeat.app.connections import Connections
from backbeat.app.job import Job
from backbeat.app.keyring import Keyring
from backbeat.app.kin import Call
from backbeat.app.shared_limit import SharedLimit
from backbeat.values import Keep, Retry

Middleware = Callable[[Job, Callable[[], Awaitable[Any]]], Awaitable[Any]]


class Home(Protocol):
    """An application, as its queues see it.

    Attributes:
        connections: The way to the server.
        retry: How jobs are retried where neither queue nor handler says.
        keep: What stays of ended jobs where the queue does not say.
        timeout: Seconds an attempt may run where nothing else says; None: no limit.
        keyring: Keys that encrypt what jobs carry; None: none.
    """

    connections: Connections
    retry: Retry
    keep: Keep
    timeout: float | None
    keyring: Keyring | None

    def place(self, call: Call[Any], job_id: str) -> str:
        """The engine's queue for a job of this id: the queue itself, or one of its partitions."""
        ...

    def limit(self, name: str) -> SharedLimit:
        """A declared limit, by its name."""
        ...

    @property
    def middlewares(self) -> tuple[Middleware, ...]:
        """What runs around every handler, the outermost first."""
        ...
