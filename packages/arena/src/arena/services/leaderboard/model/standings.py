"""Where entries are: ranks, percentiles, pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from arena.services.leaderboard.model.rules import Rules

_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry is.

    Attributes:
        id: Whose.
        points: How many it has.
        tie: Its tie-break.
        rank: By the ranking of the board, from 1.
        position: Place in the list, from 1; no two have the same.
        of: Entries of the board.
    """

    id: str
    points: int
    tie: int
    rank: int
    position: int
    of: int

    @property
    def percentile(self) -> Decimal:
        """(entries - rank + 1) / entries in per cent, one decimal, half up: 100.0 is the best."""
        share = Decimal(self.of - self.rank + 1) * 100 / Decimal(self.of)
        return share.quantize(_TENTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Page:
    """Entries that follow each other.

    Attributes:
        version: Of the board, when this was read. It grows with every change, and it does not come
            back after the board was lost and built again.
        total: Entries of the board.
        standings: In their order.
        cursor: Gives the next page; None where there is none.
    """

    version: int
    total: int
    standings: tuple[Standing, ...]
    cursor: str | None = None

    @property
    def etag(self) -> str:
        """As the header `ETag` has it."""
        return f'"v{self.version}"'


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an update did.

    Attributes:
        version: Of the board after it.
        changed: How many entries it changed.
        repeated: Whether it had been made before: then nothing was done, and this is what was
            answered the first time.
    """

    version: int
    changed: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class BoardInfo:
    """The board itself.

    Attributes:
        version: As in `Page`.
        total: Entries.
        rules: What it was opened with.
        closed: Whether nothing changes any more.
        expires_in_ms: After which time it is gone; None: it stays.
        rebuilding: Whether a rebuild goes on.
    """

    version: int
    total: int
    rules: Rules
    closed: bool
    expires_in_ms: int | None
    rebuilding: bool


@dataclass(frozen=True, slots=True)
class Above:
    """What is above an entry.

    Attributes:
        entries: How many are before it.
        better: How many have more points.
        levels: How many different points they have; 0 where the ranking is not dense.
    """

    entries: int
    better: int
    levels: int


def follow(above: Above, points: Iterable[int]) -> Iterator[Above]:
    """What is above each of some entries that follow each other.

    Args:
        above: What is above the first.
        points: Of each.
    """
    before: int | None = None
    for number, own in enumerate(points):
        place = above.entries + number
        if before is not None and own != before:
            above = Above(above.entries, place, above.levels + 1)
        yield Above(place, above.better, above.levels)
        before = own
