"""Values in words: numbers, times, addresses of jobs. Everything is text, never markup."""

from datetime import UTC, datetime
from typing import Any

import msgspec

# Said where there is no value.
NONE = "-"
_STEPS = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"))


def number(value: float | None) -> str:
    """A number with separators; a dash for none."""
    if value is None:
        return NONE
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.1f}"


def duration(seconds: float | None) -> str:
    """A time in its largest unit; a dash for none."""
    if seconds is None:
        return NONE
    for size, unit in _STEPS:
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1000:.0f} ms"


def moment(at: datetime | None) -> str:
    """A moment in UTC, to the second; a dash for none."""
    return NONE if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def ago(at: datetime | None) -> str:
    """How long ago a moment was, or how far ahead it lies; a dash for none."""
    if at is None:
        return NONE
    past = (datetime.now(UTC) - at).total_seconds()
    return f"{duration(past)} ago" if past >= 0 else f"in {duration(-past)}"


def pretty(value: Any) -> str:
    """A value as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
