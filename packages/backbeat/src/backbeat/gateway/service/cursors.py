"""Cursors come back from outside: what is none is refused before the server sees it."""

import re
from typing import Final

from backbeat.gateway.errors import BadRequest

_NUMBER: Final = r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:e[+-]?[0-9]{1,2})?"
_JOBS: Final = re.compile(
    rf"(?:[0-9]{{1,3}}[|:/])?(?:[a-z]\|(?:{_NUMBER})?(?:\|[A-Za-z0-9._:/@+=~|-]{{0,300}})?)?"
)
_ENTRIES: Final = re.compile(r"[0-9]{1,15}-[0-9]{1,15}")


def jobs_cursor(cursor: str | None) -> str | None:
    """The cursor of a page of jobs itself.

    Raises:
        BadRequest: It is none.
    """
    return _checked(_JOBS, cursor)


def entries_cursor(cursor: str | None) -> str | None:
    """The cursor of a page of the audit log itself.

    Raises:
        BadRequest: It is none.
    """
    return _checked(_ENTRIES, cursor)


def _checked(form: re.Pattern[str], cursor: str | None) -> str | None:
    if cursor is not None and not form.fullmatch(cursor):
        raise BadRequest("the cursor is none: send what the page before gave, as it was")
    return cursor
