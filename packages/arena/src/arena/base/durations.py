"""Durations as settings write them: "24h", "30m", "7d", or seconds."""

import re
from typing import Final

_FORM: Final = re.compile(r"([1-9][0-9]{0,8})\s*([smhd]?)")
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}


def parse_duration(text: str) -> int:
    """Seconds that a duration has.

    Raises:
        ValueError: It is none.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text[:40]!r} is no duration: write 24h, 30m, 7d, or seconds")
    return int(found[1]) * _SECONDS[found[2]]
