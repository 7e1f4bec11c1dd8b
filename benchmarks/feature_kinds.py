"""The features that are measured, each as a queue, its jobs and its worker are declared with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from backbeat import Adaptive, Breaker, Groups, Rate, Unique
from backbeat.app import JobOptions

PLENTY: Final = 10**9


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A feature, as a queue and its jobs are declared with it.

    Attributes:
        queue: Options of the queue.
        job: Options of the handler.
        worker: Options of the worker.
        options: Options of the n-th job.
        batch: Jobs in a call of a batch handler; 0 for an ordinary one.
        scheduled: Whether the queue has a schedule besides its jobs.
        flow: How the jobs of a flow stand to each other; None for no flows.
        size: Jobs of a flow.
        strangers: Whether jobs with every feature lie in the queue, of which none starts.
        both: Whether BullMQ has it as well, free of charge.
    """

    queue: Mapping[str, Any] = field(default_factory=dict)
    job: Mapping[str, Any] = field(default_factory=dict)
    worker: Mapping[str, Any] = field(default_factory=dict)
    options: Callable[[int], JobOptions] | None = None
    batch: int = 0
    scheduled: bool = False
    flow: Literal["fan", "chain"] | None = None
    size: int = 0
    strangers: bool = False
    both: bool = False


def _tenant(number: int) -> JobOptions:
    return {"group": f"tenant-{number % 100}"}


FEATURES: Final[dict[str, Feature]] = {
    "plain": Feature(both=True),
    "plain, beside jobs with features": Feature(strangers=True),
    "priority": Feature(options=lambda n: {"priority": n % 11}, both=True),
    "priority by a rule": Feature(job={"priority": lambda given, context: given["t"] % 11}),
    "ageing priorities": Feature(queue={"ageing": 300}, options=lambda n: {"priority": n % 11}),
    "delay that is over": Feature(options=lambda n: {"delay": 0.001}, both=True),
    "unique": Feature(job={"unique": Unique(by=("t",))}, both=True),
    "unique, throttle": Feature(job={"unique": Unique(by=("t",), period=3_600)}, both=True),
    "unique, debounce": Feature(job={"unique": Unique(by=("t",), debounce=0.001)}, both=True),
    "unique, latest wins": Feature(job={"unique": Unique(by=("t",), latest=True)}),
    "rate, sliding window": Feature(queue={"rate": Rate(PLENTY, per=60)}, both=True),
    "rate, bucket": Feature(queue={"rate": Rate(PLENTY, per=60, burst=PLENTY)}),
    "rate, with a cost": Feature(queue={"rate": Rate(PLENTY, per=60)}, job={"cost": 3}),
    "a shared limit": Feature(queue={"limits": ["partner"]}),
    "max_running": Feature(queue={"max_running": 100_000}, both=True),
    "groups, 100 in turns": Feature(options=_tenant),
    "groups, 100 with a limit": Feature(queue={"groups": Groups(concurrency=4)}, options=_tenant),
    "groups, 100 with a rate": Feature(
        queue={"groups": Groups(rate=Rate(PLENTY, per=60))}, options=_tenant
    ),
    "groups, 100 in order": Feature(queue={"groups": Groups(ordered=True)}, options=_tenant),
    "a lock for each job": Feature(job={"lock": "wallet:{t}"}),
    "a breaker": Feature(job={"breaker": Breaker("mail")}),
    "cached results": Feature(job={"cache": 600}),
    "batch handler, 100": Feature(batch=100),
    "a schedule beside the jobs": Feature(scheduled=True, both=True),
    "reserved slots, a pool": Feature(
        queue={"reserved": 50, "pool": "fast"}, worker={"queues": None, "pool": "fast"}
    ),
    "adaptive concurrency": Feature(worker={"concurrency": Adaptive(low=100, high=200)}),
    "16 partitions": Feature(queue={"partitions": 16, "partition_by": "{t}"}),
    "flows, 10 children each": Feature(flow="fan", size=11, both=True),
    "flows, chains of 5": Feature(flow="chain", size=5, both=True),
}
