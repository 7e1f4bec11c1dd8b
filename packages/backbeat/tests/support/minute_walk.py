"""Cron by walking over every minute and looking at the wall: slow, and too simple to be wrong.

Knows nothing of the real rules but what the documentation says of them.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MINUTE: Final = timedelta(minutes=1)
_RANGES: Final = (range(60), range(24), range(1, 32), range(1, 13), range(7))

Fits = Callable[[datetime], bool]


def fits(expression: str) -> Fits:
    """Whether a wall time fits five fields of stars, numbers, lists, ranges and steps."""
    fields = expression.split()
    minutes, hours, days, months, weekdays = (
        _values(field, allowed) for field, allowed in zip(fields, _RANGES, strict=True)
    )
    either = not fields[2].startswith("*") and not fields[4].startswith("*")

    def fit(wall: datetime) -> bool:
        if wall.minute not in minutes or wall.hour not in hours or wall.month not in months:
            return False
        of_month, of_week = wall.day in days, wall.isoweekday() % 7 in weekdays
        return of_month or of_week if either else of_month and of_week

    return fit


def walk(zone: ZoneInfo, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Every minute from one moment to before another: the moment, and the wall without its zone."""
    steps = (end - start) // MINUTE
    moments = (start + step * MINUTE for step in range(steps))
    return [(moment, moment.astimezone(zone).replace(tzinfo=None, fold=0)) for moment in moments]


def slots(expression: str, minutes: Sequence[tuple[datetime, datetime]]) -> list[datetime]:
    """The moments at which an expression has slots, among these minutes."""
    fit = fits(expression)
    if expression.split()[1].startswith("*"):
        return [moment for moment, wall in minutes if fit(wall)]
    return list(_once_each(fit, minutes))


def _once_each(fit: Fits, minutes: Sequence[tuple[datetime, datetime]]) -> Iterator[datetime]:
    """A wall time counts when it is shown first, or passed over."""
    shown = minutes[0][1] - MINUTE
    for moment, wall in minutes:
        following = shown + MINUTE
        if wall == following:
            shown = wall
            if fit(wall):
                yield moment
        elif wall > following:
            passed = (wall - shown) // MINUTE
            if any(fit(shown + step * MINUTE) for step in range(1, passed + 1)):
                yield moment
            shown = wall


def changes(zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """The minutes at which the clocks of a zone are changed."""
    found = []
    for day in range((end - start).days):
        first = start + timedelta(days=day)
        last = first + timedelta(days=1)
        if first.astimezone(zone).utcoffset() != last.astimezone(zone).utcoffset():
            found.append(_change_in(zone, first, last))
    return found


def _change_in(zone: ZoneInfo, first: datetime, last: datetime) -> datetime:
    before, moment = first.astimezone(zone).utcoffset(), first
    while moment < last and moment.astimezone(zone).utcoffset() == before:
        moment += MINUTE
    return moment


def _values(field: str, allowed: range) -> set[int]:
    found: set[int] = set()
    for term in field.split(","):
        span, _, step = term.partition("/")
        if span == "*":
            values = allowed
        elif "-" in span:
            low, high = map(int, span.split("-"))
            values = range(low, high + 1)
        else:
            values = range(int(span), int(span) + 1)
        found.update(values[:: int(step or 1)])
    return found


def utc(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
