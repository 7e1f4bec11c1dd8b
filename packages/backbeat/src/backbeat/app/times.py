"""From the times people write to the milliseconds that the server compares."""

from datetime import UTC, datetime
from math import ceil

from backbeat.errors import InvalidOption
from backbeat.values import Seconds, seconds


def whole_ms(value: Seconds) -> int:
    """A duration in ms, rounded up so that nothing is sooner than asked.

    Raises:
        InvalidOption: It is negative or not finite.
    """
    return _ceil(seconds(value) * 1000)


def moment_ms(moment: datetime) -> int:
    """A moment in ms since 1970, rounded up.

    Raises:
        InvalidOption: It has no time zone.
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise InvalidOption(
            f"{moment.isoformat()} has no time zone: use datetime.now(UTC) or any other aware one"
        )
    return _ceil(moment.timestamp() * 1000)


def moment(ms: float) -> datetime:
    """The moment of ms since 1970, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def _ceil(ms: float) -> int:
    return ceil(round(ms, 3))  # 1.1 s are 1100.0000000000002 ms, and are meant to be 1100
