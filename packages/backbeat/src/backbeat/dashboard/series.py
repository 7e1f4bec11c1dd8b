"""Lines of charts out of the history of queues; rules without I/O."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from backbeat.app import HandlerCounts, Histogram, HistoryPoint

# None where nothing is known: the line has a gap there.
Line = list[float | None]
Value = Callable[[HistoryPoint], float | None]


def times(histories: Iterable[Sequence[HistoryPoint]], step: int) -> list[datetime]:
    """Every minute or hour of which something is known, and those between.

    The one that has not ended is left out, so that no line drops at its end; unless it is the only
    one.

    Args:
        histories: Those of queues.
        step: Seconds from one to the next.
    """
    known = sorted({point.at for history in histories for point in history})
    if not known:
        return []
    ended = datetime.now(UTC) - timedelta(seconds=step)
    last = max((each for each in known if each <= ended), default=known[-1])
    first, count = known[0], int((last - known[0]).total_seconds()) // step + 1
    return [first + number * timedelta(seconds=step) for number in range(count)]


def line(history: Sequence[HistoryPoint], at: Sequence[datetime], value: Value) -> Line:
    """A value at these times."""
    points = {point.at: point for point in history}
    return [None if (point := points.get(each)) is None else value(point) for each in at]


def named(name: str) -> Value:
    """The value of this name; see `HistoryPoint`."""
    return attrgetter(name)


def ended(point: HistoryPoint) -> float:
    """Jobs that ended."""
    return point.completed + point.failed + point.cancelled


def failure_share(point: HistoryPoint) -> float | None:
    """Failed jobs of all that ended, in percent; None where none did."""
    return 100 * point.failed / ended(point) if ended(point) else None


def handlers_of(history: Sequence[HistoryPoint]) -> dict[str, list[HandlerCounts]]:
    """What was counted of each handler, by name."""
    found: dict[str, list[HandlerCounts]] = {}
    for point in history:
        for name, counts in point.handlers.items():
            found.setdefault(name, []).append(counts)
    return dict(sorted(found.items()))


def merged(histograms: Iterable[Histogram]) -> Histogram:
    """Several histograms as one."""
    found = list(histograms)
    width = max((len(each.buckets) for each in found), default=0)
    buckets = tuple(
        sum(each.buckets[place] for each in found if place < len(each.buckets))
        for place in range(width)
    )
    return Histogram(buckets, sum(each.seconds for each in found))


def quantiles(
    histories: Mapping[str, Sequence[HistoryPoint]],
    at: Sequence[datetime],
    pick: Callable[[HandlerCounts], Histogram],
    share: float,
) -> Line:
    """The ms below which this share of times lies, over all queues; None where there are none."""
    by_time: dict[datetime, list[Histogram]] = {}
    for history in histories.values():
        for point in history:
            by_time.setdefault(point.at, []).extend(map(pick, point.handlers.values()))
    return [in_ms(merged(by_time.get(each, ())).quantile(share)) for each in at]


def in_ms(seconds: float | None) -> float | None:
    """Seconds in ms; None for none, and for what is beyond every bound."""
    return None if seconds is None or seconds == float("inf") else seconds * 1000
