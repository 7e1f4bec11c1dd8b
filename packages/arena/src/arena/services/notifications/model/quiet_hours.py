"""Hours in which nothing is sent, by the clock on the user's wall."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from arena.base.errors import Invalid

_DAY: Final = 1_440
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, which may be that of the next day.

    Attributes:
        zone: Name in the IANA database: "Asia/Kolkata".
        start: Minutes after midnight, on the wall, from which it is quiet: 1,320 is 22:00.
        end: Minutes after midnight from which it is not any more.
    """

    zone: str
    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse what is no time.

        Raises:
            Invalid: There is no such zone, a time is none, or both are the same.
        """
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            raise Invalid(f"there is no time zone {self.zone[:60]!r}: write Europe/Oslo") from None
        if not (0 <= self.start < _DAY and 0 <= self.end < _DAY) or self.start == self.end:
            raise Invalid(
                "quiet hours begin and end at minutes of a day, 0 to 1,439, and not at the same,"
                f" not {self.start} and {self.end}"
            )

    def over_at(self, now_ms: int) -> int | None:
        """The first moment from now on that is not quiet, in ms; None where now is none.

        Where clocks are put forward over the end, that is when they are; where they are put back,
        what the wall says counts both times, and may be outside at once.

        Args:
            now_ms: Now.
        """
        zone = ZoneInfo(self.zone)
        now = datetime.fromtimestamp(now_ms / 1000, UTC)
        if not self._is_quiet(now, zone):
            return None
        # Quiet ends where the wall shows the end, or leaps out of it, forwards or back.
        moments = sorted({*self._ends(now, zone), *_changes(now, zone)})
        at = next(each for each in moments if each > now and not self._is_quiet(each, zone))
        return round(at.timestamp() * 1000)

    def _ends(self, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Moments at which the wall shows the end, from yesterday to the day after tomorrow."""
        today = now.astimezone(zone).date()
        wall = time(self.end // 60, self.end % 60)
        for days in range(-1, 3):
            for fold in (0, 1):
                local = datetime.combine(today + timedelta(days), wall, zone).replace(fold=fold)
                yield local.astimezone(UTC)

    def _is_quiet(self, moment: datetime, zone: ZoneInfo) -> bool:
        wall = moment.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


def _changes(now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Moments at which the clocks of a zone are changed, from this hour to three days later."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    for hours in range(72):
        first = hour + timedelta(hours=hours)
        before = first.astimezone(zone).utcoffset()
        if (first + timedelta(hours=1)).astimezone(zone).utcoffset() != before:
            minutes = (first + each * _MINUTE for each in range(1, 61))
            yield next(each for each in minutes if each.astimezone(zone).utcoffset() != before)
