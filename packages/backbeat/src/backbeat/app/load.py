"""How loaded a queue is: what waits, for how long, how fast it is done, when it will be empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backbeat.engine.calls.read import Counts, Listed, LoadPart
from backbeat.engine.calls.reply import Reply, items, text
from backbeat.engine.record import decode_record
from backbeat.errors import InvalidOption
from backbeat.values import Seconds, seconds

# How many jobs that are next are looked at.
OLDEST_OF: Final = 10


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """How loaded a queue is.

    Attributes:
        waiting: Jobs that could start now.
        delayed: Jobs that are due later.
        running: Jobs that run.
        workers: Workers that hold a lease.
        paused: Whether the queue is paused.
        oldest_wait: Seconds that the job has waited that is next; None where none waits. The time
            before a delayed job was due may be in it; it is left out where others of the first ten
            show that.
        completed_per_second: Jobs that completed, over the window; None where nothing was measured.
        ended_per_second: The same with those that failed or were cancelled.
        enqueued_per_second: Jobs that came, retries and delayed ones that fell due not counted.
        drain_seconds: Time until all that waits or runs has ended, should nothing come; None where
            nothing ended in the window.
        window: Seconds over which the rates were measured.
    """

    waiting: int
    delayed: int
    running: int
    workers: int
    paused: bool
    oldest_wait: float | None
    completed_per_second: float | None
    ended_per_second: float | None
    enqueued_per_second: float | None
    drain_seconds: float | None
    window: float


@dataclass(frozen=True, slots=True)
class Sample:
    """What a janitor wrote down.

    Attributes:
        ms: When.
        completed: Jobs that had completed ever.
        ended: Jobs that had ended ever.
        backlog: Jobs that had not.
    """

    ms: int
    completed: int
    ended: int
    backlog: int


def read_samples(reply: Reply) -> list[Sample]:
    """The samples of a queue, the newest first."""
    return [Sample(*map(int, text(each).split(":"))) for each in items(reply, 0)]


def window_ms(window: Seconds) -> float:
    """The window itself, in ms.

    Raises:
        InvalidOption: It is none.
    """
    if (length := seconds(window)) <= 0:
        raise InvalidOption(f"window must be more than 0 seconds, not {window!r}")
    return length * 1000


def measure(parts: Sequence[LoadPart], workers: int, window: float) -> QueueLoad:
    """How loaded a queue is.

    Args:
        parts: What is to know of it, or of each of its partitions.
        workers: How many workers hold a lease.
        window: Over how many ms to measure; over a little more where there was no sample.
    """
    rates = [_rates(part.counts, read_samples(part.log), window) for part in parts]
    known = [rate for rate in rates if rate is not None]
    ended = sum(rate.ended for rate in known) if known else None
    unfinished = sum(part.counts.waiting + part.counts.active for part in parts)
    waits = [_oldest(part.first, part.counts.now_ms) for part in parts if part.first]
    return QueueLoad(
        waiting=sum(part.counts.waiting for part in parts),
        delayed=sum(part.counts.delayed for part in parts),
        running=sum(part.counts.active for part in parts),
        workers=workers,
        paused=all(part.counts.paused for part in parts),
        oldest_wait=max(waits, default=None),
        completed_per_second=sum(rate.completed for rate in known) if known else None,
        ended_per_second=ended,
        enqueued_per_second=sum(rate.enqueued for rate in known) if known else None,
        drain_seconds=_drain(unfinished, ended),
        window=max((rate.seconds for rate in known), default=0.0),
    )


@dataclass(frozen=True, slots=True)
class _Rates:
    seconds: float
    completed: float
    ended: float
    enqueued: float


def _rates(counts: Counts, samples: Sequence[Sample], window: float) -> _Rates | None:
    ended = counts.total_completed + counts.total_failed + counts.total_cancelled
    backlog = counts.waiting + counts.active + counts.delayed
    then = _before(samples, counts.now_ms - window)
    if then is None or then.ms >= counts.now_ms:
        return None
    seconds = (counts.now_ms - then.ms) / 1000
    return _Rates(
        seconds,
        (counts.total_completed - then.completed) / seconds,
        (ended - then.ended) / seconds,
        max(0.0, (ended + backlog - then.ended - then.backlog) / seconds),
    )


def _before(samples: Sequence[Sample], ms: float) -> Sample | None:
    """The newest sample that is older than this; else the oldest there is."""
    older = (sample for sample in samples if sample.ms <= ms)
    return next(older, samples[-1] if samples else None)


def _oldest(first: Sequence[Listed], now_ms: int) -> float:
    """The job that is next waits at least as long as those behind it."""
    youngest = max(decode_record(each.record).created_ms for each in first)
    return max(0, now_ms - youngest) / 1000


def _drain(unfinished: int, per_second: float | None) -> float | None:
    if unfinished == 0:
        return 0.0
    return unfinished / per_second if per_second else None
