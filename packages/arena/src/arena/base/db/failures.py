"""What an exception of the database means: away, in each other's way, or something else."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from arena.base.errors import Unavailable

_RETRY_AFTER_S: Final = 1.0
# Classes of SQLSTATE: connection exception; operator intervention except a cancelled statement.
_CONNECTION_CLASS: Final = "08"
_SERVER_LEAVES: Final = frozenset({"57P01", "57P02", "57P03", "57P05"})
_NO_ROOM: Final = "53300"  # too many connections
# Serialization failure and deadlock: nothing was done, and the same again may well go through.
_IN_EACH_OTHERS_WAY: Final = frozenset({"40001", "40P01"})


class DatabaseAway(Unavailable):
    """PostgreSQL does not answer, or has no room for us."""

    code = "DATABASE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL does not answer: see that it runs and that DATABASE_URL leads to it",
            retry_after=_RETRY_AFTER_S,
        )


class Crowded(Unavailable):
    """Other transactions were in the way each time; nothing was done."""

    code = "CROWDED"

    def __init__(self, attempts: int) -> None:
        super().__init__(
            f"other transactions were in the way {attempts} times: try again later",
            retry_after=_RETRY_AFTER_S,
        )


def is_connection_failure(error: BaseException) -> bool:
    """Whether an error says that PostgreSQL is away, and nothing of what was asked of it.

    Args:
        error: What a transaction raised, or what was raised from that.
    """
    return any(
        isinstance(each, DatabaseAway) or (isinstance(each, DBAPIError) and _broke(each))
        for each in _chain(error)
    )


def is_no_connection(error: BaseException) -> bool:
    """Whether an error, met while a connection was made, says that there is none to be had."""
    away = isinstance(error, OSError | TimeoutError | PoolTimeout)
    return away or any(map(_says_away, _chain(error)))


def is_conflict(error: BaseException) -> bool:
    """Whether transactions were in each other's way, so that this one may be run again."""
    return any(_sqlstate(each) in _IN_EACH_OTHERS_WAY for each in _chain(error))


def _broke(error: DBAPIError) -> bool:
    return error.connection_invalidated or any(map(_says_away, _chain(error)))


def _says_away(error: BaseException) -> bool:
    state = _sqlstate(error) or ""
    return state.startswith(_CONNECTION_CLASS) or state in _SERVER_LEAVES or state == _NO_ROOM


def _sqlstate(error: BaseException) -> str | None:
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from, innermost last."""
    seen: list[BaseException] = []
    each: BaseException | None = error
    # Whoever raises an error from itself makes a ring of it.
    while each is not None and all(each is not known for known in seen):
        yield each
        seen.append(each)
        each = each.__cause__
