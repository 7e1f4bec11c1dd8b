"""The numbers a worker runs by, and the queues it takes jobs from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backbeat.app.application import Backbeat
from backbeat.errors import ConfigurationError, InvalidOption
from backbeat.values import Adaptive


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerOptions:
    """The numbers a worker runs by.

    Attributes:
        concurrency: Jobs at once, over all queues.
        adaptive: How that number follows what the worker can bear; None: it stays.
        grace: Seconds that running jobs have when the worker stops.
        lease: Seconds that the worker may stay silent before its jobs are given to others.
        max_zombies: Handlers that may ignore their end before the process is to be replaced.
        block_warning: Seconds after which a blocked event loop is logged.
        kill_after: Seconds after which a blocked event loop counts as dead.
        cancel_grace: Seconds that a handler has to end after it was told to.
    """

    concurrency: int = 100
    adaptive: Adaptive | None = None
    grace: float = 25.0
    lease: float = 30.0
    max_zombies: int = 4
    block_warning: float = 1.0
    kill_after: float = 60.0
    cancel_grace: float = 5.0

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense, naming the field."""
        for name in ("concurrency", "max_zombies"):
            if getattr(self, name) < 1:
                raise InvalidOption(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("grace", "cancel_grace"):
            if getattr(self, name) < 0:
                raise InvalidOption(f"{name} must not be negative, and is {getattr(self, name)}")
        for name in ("block_warning", "kill_after"):
            if getattr(self, name) <= 0:
                raise InvalidOption(f"{name} must be more than 0 seconds")
        if self.lease < 0.5:
            raise InvalidOption(f"lease must be at least half a second, not {self.lease}")


def queue_weights(
    app: Backbeat, queues: Mapping[str, int] | Sequence[str] | None, pool: str | None = None
) -> dict[str, int]:
    """The queues to take jobs from, with their weights.

    Args:
        app: The application.
        queues: Names, or names with weights that override the queues' own; None is all queues.
        pool: Only the queues of this pool. Defaults to None: of any.

    Raises:
        ConfigurationError: A queue is not declared, or there is none, or not in that pool.
        InvalidOption: A weight does not make sense.
    """
    declared = {name: queue.options.weight for name, queue in app.queues.items()}
    if not declared:
        raise ConfigurationError("the application declares no queue: there is nothing to run")
    if pool is not None:
        return _of_pool(app, queues, pool)
    if queues is None:
        return declared
    if unknown := [name for name in queues if name not in declared]:
        raise ConfigurationError(
            f"queue {unknown[0]!r} is not declared; the application has {', '.join(declared)}"
        )
    if not isinstance(queues, Mapping):
        return {name: declared[name] for name in queues}
    for name, weight in queues.items():
        if weight < 1:
            raise InvalidOption(f"the weight of queue {name!r} must be at least 1, not {weight}")
    return dict(queues)


def fixed_part(concurrency: int | Adaptive) -> int:
    """The number that a worker begins with."""
    return concurrency.low if isinstance(concurrency, Adaptive) else concurrency


def check_reserved(app: Backbeat, queues: Iterable[str], concurrency: int) -> None:
    """Refuse queues that have reserved more slots than a worker has.

    Raises:
        ConfigurationError: They have.
    """
    reserved = {name: app.queue(name).options.reserved for name in queues}
    if (total := sum(reserved.values())) > concurrency:
        named = ", ".join(f"{name} {count}" for name, count in reserved.items() if count)
        raise ConfigurationError(
            f"{total} slots are reserved ({named}), and the worker has {concurrency}: give it more,"
            " or other queues"
        )


def _of_pool(
    app: Backbeat, queues: Mapping[str, int] | Sequence[str] | None, pool: str
) -> dict[str, int]:
    if queues is not None:
        raise ConfigurationError("give a worker a pool or queues, not both")
    declared = {
        name: queue.options.weight
        for name, queue in app.queues.items()
        if queue.options.pool == pool
    }
    if not declared:
        pools = sorted({queue.options.pool or "" for queue in app.queues.values()} - {""})
        raise ConfigurationError(
            f"no queue is in the pool {pool!r}; there are: {', '.join(pools) or 'no pools'}"
        )
    return declared
