"""What is fixed when a board is opened."""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from arena.base.errors import Invalid

# competition: 1, 2, 2, 4. dense: 1, 2, 2, 3. ordinal: 1, 2, 3, 4, by the tie-break.
Ranking = Literal["competition", "dense", "ordinal"]

MOST_ENTRIES: Final = 20_000_000
MOST_REMEMBERED: Final = 1_000_000
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_MOST_ID_BYTES: Final = 128


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one board.

    Attributes:
        ranking: What rank equal points have; see `Ranking`.
        most_entries: Entries that it may have; one more is refused.
        remembered: An update that comes again is known if at most so many others came between.
    """

    ranking: Ranking = "competition"
    most_entries: int = 2_000_000
    remembered: int = 100_000

    def __post_init__(self) -> None:
        """Refuse what cannot be kept.

        Raises:
            Invalid: There is no such ranking, or a number is out of bounds.
        """
        if self.ranking not in get_args(Ranking):
            raise Invalid(f"ranking is {', '.join(get_args(Ranking))}, not {self.ranking!r}")
        if not 1 <= self.most_entries <= MOST_ENTRIES:
            raise Invalid(f"most_entries is from 1 to {MOST_ENTRIES:,}, not {self.most_entries!r}")
        if not 1 <= self.remembered <= MOST_REMEMBERED:
            raise Invalid(f"remembered is from 1 to {MOST_REMEMBERED:,}, not {self.remembered!r}")


def check_board(name: str) -> str:
    """The name of a board, as it is.

    Raises:
        Invalid: It is none.
    """
    if not _NAME.fullmatch(name):
        raise Invalid(
            f"{name[:140]!r} is no name of a board: up to 128 letters, digits and ._-, the first"
            " of them a letter or digit"
        )
    return name


def check_id(text: str, what: str) -> str:
    """The id of an entry or of an update, as it is.

    Args:
        text: Any text that can be printed, of 1 to 128 bytes in UTF-8.
        what: What it is the id of, for the message.

    Raises:
        Invalid: It is none.
    """
    if not text.isprintable() or not 1 <= len(text.encode()) <= _MOST_ID_BYTES:
        raise Invalid(f"{text[:140]!r} is no id of {what}: 1 to {_MOST_ID_BYTES} printable bytes")
    return text
