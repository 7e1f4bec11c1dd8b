"""Every: slots at a fixed distance, whatever the clocks on the walls do."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from backbeat.errors import InvalidOption
from backbeat.schedules.moments import aware_ms, upcoming
from backbeat.values import Seconds, seconds

_SHORTEST_MS: Final = 10


class Every(msgspec.Struct, frozen=True, tag="every", tag_field="kind"):
    """Slots at a fixed distance; made by `every`.

    Attributes:
        period_ms: The distance.
        anchor_ms: One of the slots; the others lie before and after it.
    """

    period_ms: int
    anchor_ms: int = 0

    def __post_init__(self) -> None:
        """Refuse a distance that nobody could keep."""
        if self.period_ms < _SHORTEST_MS:
            raise InvalidOption(f"every(...) must be {_SHORTEST_MS / 1000} s or more")

    def after(self, ms: int) -> int:
        """The first slot after a moment."""
        passed = (ms - self.anchor_ms) // self.period_ms
        return self.anchor_ms + (passed + 1) * self.period_ms

    def preview(self, count: int, *, after: datetime) -> list[datetime]:
        """The first slots after a moment, in UTC.

        Args:
            count: At most so many.
            after: The moment; aware.

        Raises:
            InvalidOption: It has no time zone.
        """
        return upcoming(self.after, UTC, count, after)


def every(period: Seconds, anchor: datetime | None = None) -> Every:
    """Slots at a fixed distance.

    Args:
        period: The distance, in seconds or as timedelta, in whole ms; 10 ms at least.
        anchor: One of the slots; aware. Defaults to the beginning of 1970, UTC: an hour's slots
            are the full hours, and a deployment does not move them.

    Raises:
        InvalidOption: The distance is too short, or the anchor has no time zone.
    """
    return Every(round(seconds(period) * 1000), 0 if anchor is None else aware_ms(anchor, "anchor"))
