"""What is measured of an installation at one moment: what the exposition is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """A histogram.

    Attributes:
        bounds: Upper bounds of its buckets, in seconds; what is longer has a bucket of its own.
        buckets: How many times lie in each, and beyond the last bound.
        seconds: The sum of all.
    """

    bounds: Sequence[float]
    buckets: Sequence[int]
    seconds: float


@dataclass(frozen=True, slots=True)
class HandlerFigures:
    """What was counted of one handler, ever.

    Attributes:
        started: Attempts that started.
        outcomes: How they ended: completed, failed, cancelled, retried.
        waits: From enqueue to the first start.
        runs: From start to end of an attempt.
    """

    started: int
    outcomes: Mapping[str, int]
    waits: Times
    runs: Times


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """What is measured of one queue.

    Attributes:
        name: Its name.
        jobs: How many jobs are in each state.
        ended: How many ended ever, by outcome.
        oldest_wait: Seconds that the next job has waited; 0 where none waits.
        workers: Workers that hold a lease.
        paused: Whether it is paused.
        stalled: Attempts ever that were lost with their worker.
        expired: Leases ever that ran out.
        handlers: By name.
    """

    name: str
    jobs: Mapping[str, int]
    ended: Mapping[str, int]
    oldest_wait: float
    workers: int
    paused: bool
    stalled: int
    expired: int
    handlers: Mapping[str, HandlerFigures]


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """What a server says of itself.

    Attributes:
        name: Number of the server, from 0.
        scripts: Scripts it has run since it started.
        script_seconds: Seconds that they took.
        memory_bytes: Memory in use.
    """

    name: str
    scripts: int
    script_seconds: float
    memory_bytes: int
