"""Pages: how much one has at most, and their cursors where a queue has partitions."""

from typing import Final

from backbeat.errors import InvalidOption

# Jobs, or groups, in one page.
MOST_LISTED: Final = 200

_BAR: Final = "|"


def next_cursor(number: int, inner: str = "") -> str:
    """The cursor of a page that begins in a partition."""
    return f"{number}{_BAR}{inner}"


def read_cursor(cursor: str, count: int) -> tuple[int, str]:
    """The partition in which a page begins, and the cursor there.

    Raises:
        InvalidOption: It is not the cursor of a page of this queue.
    """
    number, bar, inner = cursor.partition(_BAR)
    if cursor and not (bar and number.isascii() and number.isdigit() and int(number) < count):
        raise InvalidOption(f"{cursor!r} is no cursor of this queue: it has {count} partitions")
    return int(number or 0), inner
