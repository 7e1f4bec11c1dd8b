"""Pages and cursors out of what the scripts answer."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Final

from arena.services.leaderboard.errors import BadCursor
from arena.services.leaderboard.model.sort_key import LENGTH, LEVEL, points_of
from arena.services.leaderboard.model.standings import Above, Page, Standing, follow

# What comes before the entries, or before the standings.
_HEAD_OF_PAGE: Final = 6
_HEAD_OF_STANDINGS: Final = 3
_PARTS_OF_STANDING: Final = 4
_LONGEST: Final = LENGTH + 128


def read_page(answer: Sequence[Any], count: int | None = None) -> Page:
    """A page of at most `count` entries; where there are more, it has a cursor."""
    version, total, ranking, *above = answer[:_HEAD_OF_PAGE]
    members = [member.decode() for member in answer[_HEAD_OF_PAGE:]]
    shown = members[:count]
    places = follow(Above(*above), [points_of(member[:LEVEL]) for member in shown])
    standings = tuple(
        _standing(member, member[LENGTH:], place, ranking, total)
        for member, place in zip(shown, places, strict=True)
    )
    cursor = _cursor(shown[-1]) if len(shown) < len(members) else None
    return Page(int(version), total, standings, cursor)


def read_standings(answer: Sequence[Any], ids: Sequence[str]) -> Page:
    """Those of these entries that are there, in the order of the board."""
    version, total, ranking = answer[:_HEAD_OF_STANDINGS]
    standings: list[Standing] = []
    for number, entry in enumerate(ids):
        at = _HEAD_OF_STANDINGS + number * _PARTS_OF_STANDING
        key, *above = answer[at : at + _PARTS_OF_STANDING]
        if key:
            standings.append(_standing(key.decode(), entry, Above(*above), ranking, total))
    standings.sort(key=lambda standing: standing.position)
    return Page(int(version), total, tuple(standings))


def read_cursor(cursor: str) -> str:
    """Level, tie-break and id of the entry that a page ended with.

    Raises:
        BadCursor: No page has given this.
    """
    try:
        member = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        member = ""
    key = member[:LENGTH]
    if not (key.isascii() and key.isdecimal() and LENGTH < len(member.encode()) <= _LONGEST):
        raise BadCursor("this is no cursor of a page: begin at the top")
    return member


def _standing(key: str, entry: str, above: Above, ranking: bytes, total: int) -> Standing:
    rank = {
        b"ordinal": above.entries,
        b"competition": above.better,
        b"dense": above.levels,
    }[ranking]
    points, tie = points_of(key[:LEVEL]), int(key[LEVEL:LENGTH])
    return Standing(entry, points, tie, rank + 1, above.entries + 1, total)


def _cursor(member: str) -> str:
    return base64.urlsafe_b64encode(member.encode()).decode().rstrip("=")
