"""Between the moments people write and the milliseconds that rules count in."""

from collections.abc import Callable
from datetime import datetime, tzinfo

from backbeat.errors import InvalidOption


def aware_ms(moment: datetime, name: str) -> int:
    """A moment in whole ms since 1970.

    Args:
        moment: The moment.
        name: What the message calls it.

    Raises:
        InvalidOption: It has no time zone.
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise InvalidOption(
            f"{name} {moment.isoformat()} has no time zone: use datetime(..., tzinfo=UTC) or any"
            " other aware one"
        )
    return round(moment.timestamp() * 1000)


def upcoming(
    following: Callable[[int], int | None], zone: tzinfo, count: int, after: datetime
) -> list[datetime]:
    """The first slots after a moment.

    Args:
        following: Gives the first slot after a time in ms.
        zone: In which the slots are told.
        count: At most so many.
        after: The moment; aware.

    Raises:
        InvalidOption: It has no time zone.
    """
    found = list[datetime]()
    slot = following(aware_ms(after, "after"))
    while slot is not None and len(found) < count:
        found.append(datetime.fromtimestamp(slot / 1000, zone))
        slot = following(slot)
    return found
