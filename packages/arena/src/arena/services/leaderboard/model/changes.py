"""What an update may do to an entry, and rows that a board is rebuilt from.

All of them follow one rule for ties: who gets other points gets the tie-break of this change; who
has the same points already keeps the smaller of the two.
"""

from dataclasses import dataclass
from typing import Final

from arena.base.errors import Invalid
from arena.services.leaderboard.model.rules import check_id

# Points have 64 bits with their sign; zero lies in the middle.
MOST_POINTS: Final = 2**63 - 1
# Sixteen digits: milliseconds, microseconds or numbers of a sequence.
MOST_TIE: Final = 10**16 - 1
MOST_REVISION: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Set:
    """The entry has these points.

    Attributes:
        id: Whose.
        points: From -(2^63 - 1) to 2^63 - 1.
        tie: Tie-break, 0 to 10^16 - 1: the smaller one comes first. Defaults to None: the order in
            which updates reach the board.
        revision: Version of what the points were counted from, 0 to 2^53 - 1. One that is not
            larger than that of the entry changes nothing, so updates may overtake each other.
            Defaults to None: it is set in any case.
    """

    id: str
    points: int
    tie: int | None = None
    revision: int | None = None

    def __post_init__(self) -> None:
        """Refuse what does not fit."""
        _check(self.id, self.points, self.tie, self.revision)


@dataclass(frozen=True, slots=True)
class Add:
    """The entry has so many points more, or fewer; one that is not there begins at 0.

    Attributes:
        id: Whose.
        points: How many; may be negative.
        tie: As for `Set`.
    """

    id: str
    points: int
    tie: int | None = None

    def __post_init__(self) -> None:
        """Refuse what does not fit."""
        _check(self.id, self.points, self.tie, None)


@dataclass(frozen=True, slots=True)
class Best:
    """The entry has these points if they are more than it has.

    Attributes:
        id: Whose.
        points: How many.
        tie: As for `Set`; with the time it was reached at, the earliest of equal results counts,
            in whatever order they come.
    """

    id: str
    points: int
    tie: int | None = None

    def __post_init__(self) -> None:
        """Refuse what does not fit."""
        _check(self.id, self.points, self.tie, None)


@dataclass(frozen=True, slots=True)
class Remove:
    """The entry is not there any more, and its revision is forgotten.

    Attributes:
        id: Whose.
    """

    id: str

    def __post_init__(self) -> None:
        """Refuse what does not fit."""
        check_id(self.id, "an entry")


Change = Set | Add | Best | Remove


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as the truth has it; see `Set` for the attributes.

    Attributes:
        id: Whose.
        points: How many.
        tie: Tie-break. Defaults to None: the order of the rows.
        revision: Version of what the points were counted from. Defaults to None: it has none.
    """

    id: str
    points: int
    tie: int | None = None
    revision: int | None = None

    def __post_init__(self) -> None:
        """Refuse what does not fit."""
        _check(self.id, self.points, self.tie, self.revision)


def _check(entry_id: str, points: int, tie: int | None, revision: int | None) -> None:
    check_id(entry_id, "an entry")
    for name, value, least, most in (
        ("points", points, -MOST_POINTS, MOST_POINTS),
        ("tie", tie, 0, MOST_TIE),
        ("revision", revision, 0, MOST_REVISION),
    ):
        if value is not None and (type(value) is not int or not least <= value <= most):
            raise Invalid(f"{name} of {entry_id!r} is an int from {least} to {most}, not {value!r}")
