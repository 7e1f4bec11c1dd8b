"""Cron: slots by the clock on the wall of a time zone, also where that clock is changed.

The rule for changes of the clock, where the hour field does not begin with a star: a time that the
clock skips runs once, right after the gap; a time that it shows twice runs the first time only.
Where it begins with a star, the slots follow the clock as it runs: they keep their cadence.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from cronsim import CronSim, CronSimError

from backbeat.errors import InvalidOption
from backbeat.schedules.moments import upcoming
from backbeat.schedules.zone import Change, next_change, offset, shown_before

_SECOND: Final = timedelta(seconds=1)
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall time has no zone
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS: Final = ("second", "minute", "hour", "day-of-month", "month", "day-of-week")
_ALLOWED: Final = {
    "second": "0 to 59",
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day-of-month": "1 to 31, L for the last, LW for the last from Monday to Friday",
    "month": "1 to 12, JAN to DEC",
    "day-of-week": "0 to 7, SUN to SAT, MON#2 for the second of the month, 5L for the last",
}


class Cron(msgspec.Struct, frozen=True, tag="cron", tag_field="kind"):
    """Slots by a cron expression; made by `cron`.

    Attributes:
        expression: Five fields, or six with the second first.
        tz: Name of the time zone.
    """

    expression: str
    tz: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse an expression that cannot be read or never comes, and an unknown zone."""
        _zone(self.tz)
        _check(self.expression)

    def after(self, ms: int) -> int | None:
        """The first slot after a moment; None where none comes within fifty years."""
        found = self._first(ms // 1000 + 1)
        return None if found is None else found * 1000

    def preview(self, count: int, *, after: datetime) -> list[datetime]:
        """The first slots after a moment, in the time zone of the rule.

        Args:
            count: At most so many.
            after: The moment; aware.

        Raises:
            InvalidOption: It has no time zone.
        """
        return upcoming(self.after, self.zone, count, after)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return _zone(self.tz)

    def _first(self, start: int) -> int | None:
        """The first slot from a second on."""
        zone, fixed = self.zone, not _field(self.expression, "hour").startswith("*")
        if fixed and self._makes_up(start):
            return start
        position, ahead = start, offset(zone, start)
        shown = shown_before(zone, start) if fixed else position + ahead
        while True:
            wall = self._match(max(position + ahead, shown))
            if wall is None:
                return None
            change = next_change(zone, position, wall - ahead)
            if change is None:
                return wall - ahead
            if fixed and wall in change.gap:
                return change.at
            if not fixed:
                shown = change.at + change.after
            position, ahead = change.at, change.after

    def _makes_up(self, at: int) -> bool:
        """Whether the clock was put forward at this moment, over a time at which a slot was due."""
        change: Change | None = next_change(self.zone, at - 1, at)
        if change is None:
            return False
        wall = self._match(shown_before(self.zone, at))
        return wall is not None and wall in change.gap

    def _match(self, wall: int) -> int | None:
        """The first wall time from one on that fits the expression."""
        before = _EPOCH + timedelta(seconds=wall) - _SECOND
        found = next(CronSim(self.expression, before), None)
        return None if found is None else (found - _EPOCH) // _SECOND


def cron(expression: str, tz: str = "UTC") -> Cron:
    """Slots by a cron expression.

    Args:
        expression: Minute, hour, day of month, month, day of week; with six fields the second goes
            first. `*`, lists `1,15`, ranges `MON-FRI`, steps `*/10`, names, `L` and `LW` for the
            last day, `MON#2` and `5L` for a day of the month's weeks. Where neither of the day
            fields begins with a star, a day that fits one of them is enough.
        tz: Name of the time zone, such as "Europe/Oslo". Defaults to UTC.

    Raises:
        InvalidOption: A field cannot be read (the message names it), it never comes, or there is
            no such zone here.
    """
    return Cron(" ".join(expression.split()), tz)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError) as error:
        raise InvalidOption(
            f"tz {name!r} is no time zone known here: use a name such as 'Europe/Oslo', or install"
            " the package tzdata"
        ) from error


@lru_cache(maxsize=1_024)
def _check(expression: str) -> None:
    try:
        first = next(CronSim(expression, _EARLIEST), None)
    except CronSimError as error:
        raise InvalidOption(f"cron {expression!r}: {_explain(expression, str(error))}") from error
    if first is None:
        raise InvalidOption(f"cron {expression!r}: no day ever fits it")


def _explain(expression: str, error: str) -> str:
    name = error.removeprefix("Bad ")
    if name not in _ALLOWED:
        count = len(expression.split())
        return f"five fields are needed, or six with the second first; these are {count}"
    return (
        f"the {name} {_field(expression, name)!r} cannot be read, or never comes; allowed are"
        f" {_ALLOWED[name]}, *, lists, ranges and steps"
    )


def _field(expression: str, name: str) -> str:
    parts = re.split(r"\s+", expression.strip())
    if len(parts) == len(_FIELDS) - 1:
        parts.insert(0, "0")
    return parts[_FIELDS.index(name)]
