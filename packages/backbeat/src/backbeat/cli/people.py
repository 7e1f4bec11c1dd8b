"""How times, sizes and values look to people."""

from datetime import UTC, datetime
from typing import Any, Final

from backbeat.cli.output import to_json

_LONGEST: Final = 60
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))


def when(moment: datetime | None) -> str:
    """A moment by the clock on the wall, to the second."""
    return "" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def age(moment: datetime, now: datetime | None = None) -> str:
    """How long ago, or in how long."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    return f"{lasting(seconds)} ago" if seconds >= 0 else f"in {lasting(-seconds)}"


def lasting(seconds: float) -> str:
    """A duration in its largest unit."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def short(value: Any) -> str:
    """A JSON value in one line that fits a table."""
    text = value if isinstance(value, str) else to_json(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
