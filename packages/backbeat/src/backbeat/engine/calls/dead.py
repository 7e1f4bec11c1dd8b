"""The calls about jobs that failed for good, grouped by what they failed of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from backbeat.engine.calls.cursors import checked_jobs_cursor
from backbeat.engine.calls.reply import Arg, Reply, items, number, raw, text

# Groups in one reply: the words of a failure have up to 8 KiB.
MOST_GROUPS: Final = 200


@dataclass(frozen=True, slots=True)
class DeadRow:
    """One group of failures.

    Attributes:
        fingerprint: What they have in common.
        count: Failed jobs in it.
        since_ms: When the group came into being.
        first_ms: When the oldest of its jobs failed.
        last_ms: When the latest did.
        sample: Id of the latest.
        name: Name of its handler.
        result: What is kept of its failure, JSON.
    """

    fingerprint: str
    count: int
    since_ms: int
    first_ms: int
    last_ms: int
    sample: str
    name: str
    result: bytes


def groups_args(first: int) -> list[Arg]:
    """Arguments of `dead_groups`: 0, then what the page before answered."""
    return [first, MOST_GROUPS]


def parse_groups(reply: Reply) -> tuple[int, list[DeadRow]]:
    """Where the next page begins, 0 for nowhere; and the groups of this one."""
    following, *rows = items(reply, 1)
    return number(following), [_row(rows[at : at + 8]) for at in range(0, len(rows), 8)]


def list_args(fingerprint: str, cursor: str, limit: int) -> list[Arg]:
    """Arguments of `list_dead`: at most 200 jobs.

    Raises:
        InvalidOption: The cursor is none.
    """
    return [fingerprint, checked_jobs_cursor(cursor), limit]


def retry_args(fingerprint: str, until_ms: int, limit: int, *, reset_fails: bool) -> list[Arg]:
    """Arguments of `retry_dead`: 0 and then what the call before answered; at most 500 jobs."""
    return [fingerprint, until_ms, limit, int(reset_fails)]


def remove_args(fingerprint: str, until_ms: int, limit: int) -> list[Arg]:
    """Arguments of `remove_dead`; as those of `retry_dead`."""
    return [fingerprint, until_ms, limit]


def parse_step(reply: Reply) -> tuple[int, bool, int]:
    """How many were moved, whether to call again, and with which bound."""
    count, more, until_ms = items(reply, 3)
    return number(count), number(more) == 1, number(until_ms)


def merged(rows: Iterable[DeadRow]) -> list[DeadRow]:
    """Each group once, the largest first: those of several partitions summed up."""
    found: dict[str, DeadRow] = {}
    for row in rows:
        known = found.get(row.fingerprint)
        found[row.fingerprint] = row if known is None else _sum(known, row)
    return sorted(found.values(), key=lambda row: (-row.count, row.fingerprint))


def _sum(one: DeadRow, other: DeadRow) -> DeadRow:
    return replace(
        max(one, other, key=lambda row: row.last_ms),
        count=one.count + other.count,
        since_ms=min(one.since_ms, other.since_ms),
        first_ms=min(one.first_ms, other.first_ms),
    )


def _row(row: list[Reply]) -> DeadRow:
    fingerprint, count, since, first, last, sample, name, result = row
    return DeadRow(
        fingerprint=text(fingerprint),
        count=number(count),
        since_ms=number(since),
        first_ms=number(first),
        last_ms=number(last),
        sample=text(sample),
        name=text(name),
        result=raw(result),
    )
