"""How a queue and a handler are declared; what is not said is inherited from the floor above."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypedDict

from backbeat.app.encryption import Encryption
from backbeat.app.grouping import GroupRule, Groups
from backbeat.app.lock_name import LockRule
from backbeat.errors import ConfigurationError, InvalidOption
from backbeat.values import DAY, Breaker, Keep, Priority, Rate, Retry, Seconds, Unique, seconds

Events = Literal["none", "default", "all"]
Mode = Literal["async", "thread", "process"]
# From the arguments by name and the context of the enqueue to a level, 0 to 10.
PriorityRule = Callable[[Mapping[str, Any], Mapping[str, Any]], int]
PartitionBy = str | Callable[[Mapping[str, Any]], str]
# From the arguments by name to a whole number from 1.
CostRule = Callable[[Mapping[str, Any]], int]

# "No bound" has to be written: without a field the server keeps what it keeps by default.
_UNBOUNDED: Final = 10**12


class HandlerOptions(TypedDict, total=False):
    """Options of a handler, as `queue.job` explains them."""

    mode: Mode | None
    retry: Retry | None
    timeout: Seconds | None
    stale_after: Seconds | None
    wait_timeout: Seconds | None
    deadline: Seconds | None
    keep: Seconds | None
    priority: int | PriorityRule
    unique: Unique | None
    cache: Seconds | None
    cost: int | CostRule
    group: GroupRule | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueOptions:
    """What a queue was declared with.

    Attributes:
        concurrency: Jobs at once in each worker process; None: as many as the worker runs.
        max_running: Jobs at once over all workers; None: no limit.
        max_jobs: Jobs the queue may hold, waiting, delayed and active; None: no limit.
        rate: How much may start in a time over all workers; None: no limit.
        max_stalled: How often a job may lose its worker before it fails.
        retry: How its jobs are retried; None: as the application says.
        keep: What stays of ended jobs; None: as the application says.
        timeout: Longest run of an attempt; None: as the application says.
        stale_after: Running time after which a job is reported as stale; None: never.
        events: What is written to the queue's event stream.
        weight: Share of a worker's slots against its other queues.
        partitions: Partitions over which its jobs are spread; None: none.
        partition_by: Makes the key of a job's partition; None: its id is the key.
        groups: Rules of its groups; None: no limits, and equal shares.
        limits: Names of the limits that its jobs fall under, besides its own.
        reserved: Slots of each worker that only this queue may use.
        pool: Workers that are meant for it; None: no particular ones.
        ageing: Time of waiting that a level of priority is worth; None: levels are strict.
        encrypted: Whether what its jobs carry is encrypted; None: not declared, and not encrypted.
    """

    concurrency: int | None = None
    max_running: int | None = None
    max_jobs: int | None = None
    rate: Rate | None = None
    max_stalled: int = 3
    retry: Retry | None = None
    keep: Keep | None = None
    timeout: Seconds | None = None
    stale_after: Seconds | None = None
    events: Events = "default"
    weight: int = 1
    partitions: int | None = None
    partition_by: PartitionBy | None = None
    groups: Groups | None = None
    limits: tuple[str, ...] = ()
    reserved: int = 0
    pool: str | None = None
    ageing: Seconds | None = None
    encrypted: bool | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense, naming the field."""
        for name in ("concurrency", "max_running", "max_jobs", "max_stalled", "weight"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise InvalidOption(f"queue({name}=...) must be at least 1, and is {number}")
        if self.partition_by is not None and self.partitions is None:
            raise InvalidOption("partition_by= needs partitions=")
        if self.partitions and self.max_jobs is not None and self.max_jobs % self.partitions:
            raise InvalidOption(
                f"queue(max_jobs={self.max_jobs}) cannot be divided by"
                f" partitions={self.partitions}: each partition gets its part, so give a multiple"
            )
        if self.reserved < 0 or self.reserved > (self.concurrency or self.reserved):
            raise InvalidOption(
                f"queue(reserved=...) must be from 0 to its concurrency, and is {self.reserved}"
            )
        if self.events not in {"none", "default", "all"}:
            raise InvalidOption(f"events must be none, default or all, not {self.events!r}")
        if self.ageing is not None and not 0.001 <= seconds(self.ageing) <= 10 * DAY:
            raise InvalidOption(f"queue(ageing=...) must be 1 ms to 10 days, not {self.ageing!r}")
        for age in (self.timeout, self.stale_after):
            if age is not None:
                seconds(age)

    def group_fields(self) -> dict[str, str | int]:
        """What the server has to know of its groups; nothing where they have no rules."""
        return {} if self.groups is None else self.groups.fields()

    def fields(self, keep: Keep) -> dict[str, str]:
        """What the server has to know of it, by the names of the queue's configuration.

        What a queue with partitions holds and keeps is divided: each is a queue of its own. What
        it runs is not: `max_running` bounds each partition, too, and what holds over all of them,
        as the rate does, is the limit of `whole_terms`.

        Args:
            keep: What stays of ended jobs.
        """
        parts = self.partitions or 1
        return {
            "max_running": _text(self.max_running),
            "max_jobs": _text(self.max_jobs, parts),
            **rate_fields(self.rate if self.partitions is None else None),
            "ageing": "" if self.ageing is None else str(round(seconds(self.ageing) * 1000)),
            "max_stalled": str(self.max_stalled),
            "events": "" if self.events == "default" else self.events,
            "keep_completed": _bound(keep.completed, parts),
            "keep_failed": _bound(keep.failed, parts),
            "keep_cancelled": _bound(keep.cancelled, parts),
            "keep_completed_ms": _age(keep.completed_for),
            "keep_failed_ms": _age(keep.failed_for),
            "keep_cancelled_ms": _age(keep.cancelled_for),
            "keep_bytes": _text(keep.max_bytes, parts),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTerms:
    """How the jobs of a batch handler are gathered.

    Attributes:
        size: Jobs in one call at most.
        min_size: Jobs with which a call is made at once.
        max_wait: Seconds after which it is made with fewer.
        key: Gives what the items of one call have in common; None: nothing.
    """

    size: int
    min_size: int
    max_wait: float
    key: Callable[[Any], Hashable] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a handler's jobs run, with everything inherited filled in.

    Attributes:
        mode: "async": a task on the worker's event loop; "thread"; "process".
        retry: How a failing job is tried again.
        timeout: Seconds an attempt may run; None: no limit.
        stale_after: Seconds after which a running attempt is reported as stale; None: never.
        wait_timeout: Seconds a job may wait for its first start; None: for ever.
        deadline: Seconds a job may take from enqueue to end; None: for ever.
        keep: Seconds an ended job stays; 0: not at all; None: as the queue says.
        priority: Priority of its jobs, 0 to 10.
        rule: Gives each job its priority; None: all have the same.
        unique: Which of its jobs are the same; None: none are.
        cache: Seconds for which a result stands in for further runs; None: not at all.
        cost: What a job takes from the limits that it falls under, or what gives that.
        group: What gives each job its group; None: they stand in none.
        breaker: When its jobs are held back because too many fail; None: never.
        max_memory_mb: MiB a process slot may grow to; None: no limit.
        batch: How its jobs are gathered for one call; None: each has a call of its own.
        lock: Which lock its jobs need; None: none.
        encryption: Encrypts what its jobs carry; None: nobody does.
    """

    mode: Mode
    retry: Retry
    timeout: float | None
    stale_after: float | None
    wait_timeout: float | None
    deadline: float | None
    keep: float | None
    priority: int
    max_memory_mb: int | None
    rule: PriorityRule | None = None
    unique: Unique | None = None
    cache: float | None = None
    cost: int | CostRule = 1
    batch: BatchTerms | None = None
    group: GroupRule | None = None
    lock: LockRule | None = None
    breaker: Breaker | None = None
    encryption: Encryption | None = None


NO_HANDLER: Final = Policy(
    mode="async", retry=Retry(), timeout=None, stale_after=None, wait_timeout=None, deadline=None,
    keep=None, priority=Priority.NORMAL, max_memory_mb=None,
)  # fmt: skip


def rate_fields(rate: Rate | None) -> dict[str, str]:
    """A rate by the names of the queue's configuration; empty texts take one away."""
    if rate is None:
        return {"rate": "", "rate_ms": "", "rate_burst": ""}
    return {
        "rate": str(rate.count),
        "rate_ms": str(round(seconds(rate.per) * 1000)),
        "rate_burst": _text(rate.burst),
    }


def choose_mode(mode: Mode | None, *, coroutine: bool, label: str) -> Mode:
    """The mode of a handler, given or by the kind of its function.

    Raises:
        ConfigurationError: The mode and the function do not go together.
    """
    chosen = mode or ("async" if coroutine else "thread")
    if chosen not in {"async", "thread", "process"}:
        raise ConfigurationError(f"{label}: mode must be async, thread or process, not {chosen!r}")
    if chosen == "async" and not coroutine:
        raise ConfigurationError(
            f"{label}: mode='async' needs `async def`: it would block the loop"
        )
    if chosen == "thread" and coroutine:
        raise ConfigurationError(f"{label}: mode='thread' needs `def`: drop the async")
    return chosen


def in_seconds(value: Seconds | None) -> float | None:
    """A duration in seconds, None for None.

    Raises:
        InvalidOption: It is negative or not finite.
    """
    return None if value is None else seconds(value)


def _text(number: int | None, parts: int = 1) -> str:
    return "" if number is None else str(max(1, number // parts))


def _bound(count: int | None, parts: int) -> str:
    # Rounded up: what is to be kept at all is kept in every partition.
    return str(_UNBOUNDED if count is None else -(-count // parts))


def _age(age: Seconds | None) -> str:
    return str(_UNBOUNDED if age is None else round(seconds(age) * 1000))
