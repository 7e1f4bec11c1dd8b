"""What was counted of a queue and its handlers by minute or hour, as people read it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from backbeat.app.times import moment
from backbeat.engine.calls.measure import BUCKETS_MS, COUNTS, QUEUE, STATE, Per, Row, added_up
from backbeat.errors import InvalidOption
from backbeat.values import Seconds, seconds

_STEP_MS: Final = {"minute": 60_000, "hour": 3_600_000}
_OF_QUEUE: Final = 6
_OF_STATE: Final = 6
_HISTOGRAM: Final = len(BUCKETS_MS) + 2


@dataclass(frozen=True, slots=True)
class Histogram:
    """How long something took, in buckets that are the same everywhere.

    Attributes:
        buckets: How many times lie in each; their upper bounds are `BOUNDS`, and one more bucket
            is for what took longer.
        seconds: The sum of all times.
    """

    buckets: tuple[int, ...]
    seconds: float

    @property
    def count(self) -> int:
        """How many times there are."""
        return sum(self.buckets)

    @property
    def mean(self) -> float | None:
        """Seconds in the mean; None where there is nothing."""
        return self.seconds / self.count if self.count else None

    def quantile(self, share: float) -> float | None:
        """The bound, in seconds, below which this share of all times lies; at most twice too large.

        Args:
            share: From 0 to 1; 0.99 for what only one in a hundred exceeds.

        Returns:
            None where there is nothing; infinite where it is beyond the last bound.

        Raises:
            InvalidOption: The share is not between 0 and 1.
        """
        if not 0 <= share <= 1:
            raise InvalidOption(f"a share is from 0 to 1, not {share!r}")
        left = share * self.count
        for bound, found in zip(BOUNDS, self.buckets, strict=False):
            left -= found
            if left <= 0 and self.count:
                return bound
        return float("inf") if self.count else None


# Upper bounds of the buckets, in seconds.
BOUNDS: Final = tuple(bound / 1000 for bound in BUCKETS_MS)


@dataclass(frozen=True, slots=True)
class HandlerCounts:
    """What was counted of one handler.

    Attributes:
        started: Attempts that started.
        completed: Jobs that completed.
        failed: Jobs that failed for good.
        cancelled: Jobs that were cancelled while they ran.
        retried: Attempts that failed and are tried again.
        waits: Times from enqueue to the first start. A delay is in it.
        runs: Times of attempts from their start to their end.
    """

    started: int
    completed: int
    failed: int
    cancelled: int
    retried: int
    waits: Histogram
    runs: Histogram


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A minute or an hour of a queue.

    Attributes:
        at: Its begin.
        added: Jobs that came. Jobs that were removed by hand in that time are missing.
        completed: Jobs that completed.
        failed: Jobs that failed for good, also by losing their workers.
        cancelled: Jobs that were cancelled.
        stalled: Attempts that were lost with their worker.
        reclaimed: Workers whose lease ran out.
        waiting: Jobs that could have started, the most that were seen.
        delayed: Jobs that were due later, the most.
        running: Jobs that ran, the most.
        kept_failed: Failed jobs that were kept, the most.
        oldest_wait: Seconds that the job waited that was next, the longest; see `QueueLoad`.
        workers: Workers that held a lease, the most.
        handlers: What was counted of each handler; "other" stands for all beyond the first 30.
    """

    at: datetime
    added: int
    completed: int
    failed: int
    cancelled: int
    stalled: int
    reclaimed: int
    waiting: int
    delayed: int
    running: int
    kept_failed: int
    oldest_wait: float
    workers: int
    handlers: Mapping[str, HandlerCounts]


def span_ms(last: Seconds, per: Per, now_ms: int) -> tuple[int, int]:
    """The begin of the first and of the last minute or hour, in ms.

    Raises:
        InvalidOption: The time is none, or the step is no step.
    """
    if per not in _STEP_MS:
        raise InvalidOption(f'per="minute" or per="hour", not {per!r}')
    if (length := seconds(last)) <= 0:
        raise InvalidOption(f"last must be more than 0 seconds, not {last!r}")
    step = _STEP_MS[per]
    return max(int(now_ms - length * 1000) // step * step, 0), now_ms // step * step


def read_history(rows: Sequence[Row]) -> list[HistoryPoint]:
    """Rows of one queue, or of all its partitions, by time."""
    by_time: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_time[row.start_ms].append(row)
    return [_point(start_ms, by_time[start_ms]) for start_ms in sorted(by_time)]


def read_handlers(rows: Sequence[Row]) -> Mapping[str, HandlerCounts]:
    """What was counted of each handler in all of these rows, by name."""
    found: dict[str, list[Sequence[int]]] = defaultdict(list)
    for row in rows:
        if row.handler not in (QUEUE, STATE):
            found[row.handler].append(row.numbers)
    counts = {name: _handler(added_up(found[name])) for name in sorted(found)}
    return MappingProxyType(counts)


def _point(start_ms: int, rows: Sequence[Row]) -> HistoryPoint:
    ever = _padded(added_up([row.numbers for row in rows if row.handler == QUEUE]), _OF_QUEUE)
    states = [_padded(row.numbers, _OF_STATE) for row in rows if row.handler == STATE]
    now = _padded(added_up(states), _OF_STATE)
    return HistoryPoint(
        at=moment(start_ms),
        added=ever[0],
        completed=ever[1],
        failed=ever[2],
        cancelled=ever[3],
        stalled=ever[4],
        reclaimed=ever[5],
        waiting=now[0],
        delayed=now[1],
        running=now[2],
        kept_failed=now[3],
        # Each partition has its own next job, and mostly the same workers.
        oldest_wait=max((state[4] for state in states), default=0) / 1000,
        workers=max((state[5] for state in states), default=0),
        handlers=read_handlers(rows),
    )


def _handler(numbers: Sequence[int]) -> HandlerCounts:
    counts = _padded(numbers, COUNTS + 2 * _HISTOGRAM)
    return HandlerCounts(
        started=counts[0],
        completed=counts[1],
        failed=counts[2],
        cancelled=counts[3],
        retried=counts[4],
        waits=_histogram(counts[COUNTS : COUNTS + _HISTOGRAM]),
        runs=_histogram(counts[COUNTS + _HISTOGRAM :]),
    )


def _histogram(numbers: Sequence[int]) -> Histogram:
    return Histogram(tuple(numbers[1:]), numbers[0] / 1000)


def _padded(numbers: Sequence[int], width: int) -> tuple[int, ...]:
    return (*numbers, *[0] * (width - len(numbers)))[:width]
