"""Pages: how much one has at most, and their cursors where a queue has partitions."""

import re
from typing import Final

from backbeat.engine.calls.read import Listed, Page
from backbeat.errors import InvalidOption

# Jobs, or groups, in one page.
MOST_LISTED: Final = 200

_BAR: Final = "|"
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


def next_cursor(number: int, inner: str = "") -> str:
    """The cursor of a page that begins in a partition."""
    return f"{number}{_BAR}{inner}"


def read_cursor(cursor: str, count: int) -> tuple[int, str]:
    """The partition in which a page begins, and the cursor there.

    Raises:
        InvalidOption: It is not the cursor of a page of this queue.
    """
    number, bar, inner = cursor.partition(_BAR)
    if cursor and not (bar and _NUMBER.fullmatch(number) and int(number) < count):
        raise InvalidOption(
            f"{cursor[:80]!r} is no cursor of this queue: it has {count} partitions"
        )
    return int(number or 0), inner


class PartPages:
    """A page of what several parts list, one after the other; whoever asks them says what came.

    Attributes:
        part: Number of the part to be asked next.
        inner: The cursor of its page.
        more: Whether it has to be asked.
    """

    def __init__(self, parts: int, cursor: str, limit: int) -> None:
        """Begin where the page before ended.

        Args:
            parts: How many there are.
            cursor: That of the page before, "" for the first.
            limit: At most so many jobs, and never more than 200.

        Raises:
            InvalidOption: It is not the cursor of such a page.
        """
        self.part, self.inner = read_cursor(cursor, parts)
        self.more = True
        self._parts = parts
        self._limit = min(limit, MOST_LISTED)
        self._jobs: list[Listed] = []
        self._cursor = ""

    @property
    def room(self) -> int:
        """How many jobs the part may give."""
        return self._limit - len(self._jobs)

    @property
    def page(self) -> Page:
        """What was found, and where the next page begins."""
        return Page(self._cursor, self._jobs)

    def take(self, found: Page) -> None:
        """Take what the part gave."""
        self._jobs += found.jobs
        if found.cursor:
            self.more, self._cursor = False, next_cursor(self.part, found.cursor)
            return
        self.part, self.inner = self.part + 1, ""
        self.more = self.part < self._parts and self.room > 0
        if self.part < self._parts and not self.more:
            self._cursor = next_cursor(self.part)
