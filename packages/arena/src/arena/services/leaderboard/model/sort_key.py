"""Points and tie-breaks as text whose order is that of the board.

A sorted set counts in doubles, which are exact up to 2^53 only. So all its scores are 0, and the
server orders its members by their bytes: 20 digits of level, 16 of tie-break, then the id.
"""

from typing import Final

LEVEL: Final = 20
LENGTH: Final = 36
_COMPLEMENT: Final = 10**19 - 1


def level(points: int) -> str:
    """Twenty digits that are smaller for more points.

    Args:
        points: Within 64 bits, with their sign.
    """
    return f"1{-points:019d}" if points < 0 else f"0{_COMPLEMENT - points:019d}"


def points_of(text: str) -> int:
    """The points of a level."""
    digits = int(text[1:LEVEL])
    return -digits if text[0] == "1" else _COMPLEMENT - digits


def tie_break(number: int | None) -> str:
    """Sixteen digits, or none where the board decides."""
    return "" if number is None else f"{number:016d}"
