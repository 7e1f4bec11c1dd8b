"""Times as people type them: 90, 1.5h, 2h30m, 250ms; moments as ISO 8601."""

import re
from datetime import datetime
from typing import Final

import typer

_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


def parse_duration(given: str | float) -> float:
    """Seconds; a bare number counts as seconds.

    Args:
        given: What was typed; the default of an option comes as it is.

    Raises:
        typer.BadParameter: It is no duration.
    """
    text = str(given)
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise typer.BadParameter(f"{text!r} is no time: write 90, 1.5h, 2h30m or 250ms")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def parse_moment(text: str) -> datetime:
    """An aware moment.

    Raises:
        typer.BadParameter: It is no moment, or has no time zone.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no moment: write 2030-01-31T08:00+01:00") from None
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no time zone: add Z or an offset such as +01:00")
    return moment
