"""Cursors come back from outside: one that is none is refused before a server sees it."""

import re
from typing import Final

from backbeat.errors import InvalidOption

_NUMBER: Final = r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:e[+-]?[0-9]{1,3})?"
_LONGEST: Final = 700
# As the pages of `list` and `list_dead` end: in a sorted set, among groups, or in the lists.
_JOBS: Final = re.compile(
    rf"[az]\|{_NUMBER}\|.+|g\|{_NUMBER}\|[^|]*\|.+|g\|\|[^|]+|l\|[0-9]{{1,20}}", re.DOTALL
)
_ENTRIES: Final = re.compile(r"[0-9]{1,20}-[0-9]{1,20}")


def checked_jobs_cursor(cursor: str) -> str:
    """The cursor of a page of jobs itself; empty for the first page.

    Raises:
        InvalidOption: It is none.
    """
    return _checked(_JOBS, cursor)


def checked_entries_cursor(cursor: str) -> str:
    """The cursor of a page of entries of a stream itself; empty for the first page.

    Raises:
        InvalidOption: It is none.
    """
    return _checked(_ENTRIES, cursor)


def _checked(form: re.Pattern[str], cursor: str) -> str:
    if cursor and (len(cursor) > _LONGEST or not form.fullmatch(cursor)):
        raise InvalidOption(
            f"{cursor[:80]!r} is no cursor of such a page: give that of the page before, as it was"
        )
    return cursor
