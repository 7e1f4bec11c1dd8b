"""Durations: seconds as a number, or a timedelta."""

from datetime import timedelta
from typing import Final

from backbeat.errors import InvalidOption

Seconds = float | timedelta

DAY: Final = 86_400.0


def seconds(value: Seconds) -> float:
    """A duration as seconds, whichever way it was written.

    Raises:
        InvalidOption: It is negative or not finite.
    """
    number = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if not 0 <= number < 1e10:
        raise InvalidOption(f"a duration must be between 0 and 10^10 seconds, not {value!r}")
    return number
