"""At: one slot."""

from datetime import UTC, datetime

import msgspec

from backbeat.schedules.moments import aware_ms, upcoming


class At(msgspec.Struct, frozen=True, tag="at", tag_field="kind"):
    """One slot; made by `at`.

    Attributes:
        at_ms: When.
    """

    at_ms: int

    def after(self, ms: int) -> int | None:
        """The slot, if it lies after a moment."""
        return self.at_ms if self.at_ms > ms else None

    def preview(self, count: int, *, after: datetime) -> list[datetime]:
        """The first slots after a moment, in UTC.

        Args:
            count: At most so many.
            after: The moment; aware.

        Raises:
            InvalidOption: It has no time zone.
        """
        return upcoming(self.after, UTC, count, after)


def at(moment: datetime) -> At:
    """One slot.

    Args:
        moment: When; aware.

    Raises:
        InvalidOption: It has no time zone.
    """
    return At(aware_ms(moment, "at"))
