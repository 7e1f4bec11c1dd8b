"""When a time zone changes its distance from UTC: found by looking, since `zoneinfo` does not say.

All times are whole seconds since 1970; a wall time is what a clock in the zone shows, counted as
if it were UTC.
"""

from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

_DAY: Final = 86_400
# A block is about a year. No zone has ever changed twice within one look.
_BLOCK: Final = 384 * _DAY
_LOOK: Final = _DAY
# The longest gap or repetition there ever was is one whole day.
_LONGEST_CHANGE: Final = 2 * _DAY


class Change(NamedTuple):
    """The moment from which a zone has another distance from UTC.

    Attributes:
        at: The first second with the new distance.
        before: Seconds that the wall was ahead of UTC until then.
        after: Seconds that it is ahead from then on.
    """

    at: int
    before: int
    after: int

    @property
    def gap(self) -> range:
        """The wall times that never come, because the clocks are put forward."""
        return range(self.at + self.before, self.at + self.after)


def offset(zone: ZoneInfo, at: int) -> int:
    """Seconds that the wall is ahead of UTC at a moment."""
    distance = datetime.fromtimestamp(at, zone).utcoffset()
    assert distance is not None
    return int(distance.total_seconds())


def next_change(zone: ZoneInfo, after: int, until: int) -> Change | None:
    """The first change after a moment, and not after another; None when there is none."""
    for block in range(after // _BLOCK, until // _BLOCK + 1):
        for change in _changes(zone, block):
            if after < change.at <= until:
                return change
    return None


def shown_before(zone: ZoneInfo, at: int) -> int:
    """The first wall time that no clock has shown before a moment: later than now after a fold."""
    latest = at - _LONGEST_CHANGE
    shown = at + offset(zone, at - 1)
    while (change := next_change(zone, latest, at)) is not None:
        shown = max(shown, change.at + change.before)
        latest = change.at
    return shown


@lru_cache(maxsize=1_024)
def _changes(zone: ZoneInfo, block: int) -> tuple[Change, ...]:
    found = []
    for early in range(block * _BLOCK, (block + 1) * _BLOCK, _LOOK):
        late = early + _LOOK
        before, after = offset(zone, early - 1), offset(zone, late - 1)
        if before != after:
            found.append(Change(_first_with(zone, after, early, late - 1), before, after))
    return tuple(found)


def _first_with(zone: ZoneInfo, distance: int, early: int, late: int) -> int:
    """The first second in a span from which on the zone has a distance that `late` has."""
    while early < late:
        middle = (early + late) // 2
        if offset(zone, middle) == distance:
            late = middle
        else:
            early = middle + 1
    return late
