"""Lines of charts: a gap where nothing is known, sums over handlers, no dip at the end."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from backbeat.app import HandlerCounts, Histogram, HistoryPoint
from backbeat.dashboard import series
from backbeat.dashboard.components.chart import MOST_LINES, largest

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = (
    "added", "completed", "failed", "cancelled", "stalled", "reclaimed", "waiting", "delayed",
    "running", "kept_failed", "oldest_wait", "workers",
)  # fmt: skip


def point(minute: int, **values: Any) -> HistoryPoint:
    handlers = values.pop("handlers", {})
    given = {name: values.get(name, 0) for name in NAMES}
    at = BEGIN + timedelta(minutes=minute)
    return HistoryPoint(at=at, handlers=MappingProxyType(handlers), **given)


def counts(*buckets: int) -> HandlerCounts:
    times = Histogram(buckets, 0.0)
    return HandlerCounts(1, 1, 0, 0, 0, times, times)


def test_a_minute_of_which_nothing_is_known_is_a_gap() -> None:
    history = [point(0, completed=3), point(2, completed=5)]
    at = series.times([history], 60)
    assert [each.minute for each in at] == [0, 1, 2]
    assert series.line(history, at, series.named("completed")) == [3, None, 5]


def test_the_minute_that_has_not_ended_is_left_out_unless_it_is_the_only_one() -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    minutes = int((now - BEGIN).total_seconds()) // 60
    before, running = point(minutes - 3), point(minutes)
    assert series.times([[before, running]], 60)[-1] <= before.at + timedelta(minutes=2)
    assert series.times([[running]], 60) == [running.at]
    assert series.times([[]], 60) == []


def test_the_share_of_failures_is_nothing_where_nothing_ended() -> None:
    assert series.failure_share(point(0)) is None
    assert series.failure_share(point(0, completed=3, failed=1)) == 25.0


def test_quantiles_are_those_of_all_handlers_and_queues_together() -> None:
    histories = {
        "mail": [point(0, handlers={"send": counts(90), "fetch": counts(0, 0, 0, 5)})],
        "other": [point(0, handlers={"build": counts(0, 0, 0, 5)})],
    }
    at = series.times(histories.values(), 60)
    assert series.quantiles(histories, at, lambda each: each.runs, 0.5) == [1.0]
    assert series.quantiles(histories, at, lambda each: each.runs, 0.95) == [8.0]
    assert series.quantiles({}, at, lambda each: each.runs, 0.5) == [None]


def test_the_lines_beyond_the_largest_are_one_with_gaps_where_all_have_one() -> None:
    lines = {f"q{number}": [float(number), None, 1.0] for number in range(MOST_LINES + 2)}
    shown = largest(lines)
    assert len(shown) == MOST_LINES + 1
    assert shown["others"] == [1.0, None, 2.0]
