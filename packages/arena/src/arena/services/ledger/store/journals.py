"""Journals and postings: found by their keys, and written, many at once."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.ledger.model.digest import content_of
from arena.services.ledger.model.journal import Entry, Journal, Posted
from arena.services.ledger.model.standing import Line
from arena.services.ledger.store.accounts import account_of

_FIND: Final = text("""
    SELECT id, key, content, created_ms FROM ledger_journals WHERE key = ANY(:keys)
""")
_REVERSED: Final = text("SELECT reverses FROM ledger_journals WHERE reverses = ANY(:ids)")
_WRITE: Final = text("""
    INSERT INTO ledger_journals (key, type, ref, reverses, content, created_ms)
    SELECT *, :now FROM unnest(
        CAST(:keys AS text[]), CAST(:types AS text[]), CAST(:refs AS text[]),
        CAST(:reverses AS bigint[]), CAST(:contents AS bytea[]))
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key, content, created_ms
""")
_POST: Final = text("""
    INSERT INTO ledger_postings (account_id, number, journal_id, amount, running)
    SELECT * FROM unnest(
        CAST(:accounts AS bigint[]), CAST(:numbers AS bigint[]), CAST(:journals AS bigint[]),
        CAST(:amounts AS bigint[]), CAST(:runnings AS bigint[]))
""")
_QUEUE: Final = text("""
    INSERT INTO ledger_unsealed (journal_id) SELECT unnest(CAST(:ids AS bigint[]))
""")
_ENTRIES: Final = text("""
    SELECT a.owner, a.kind, a.currency, a.scale, a.side, a.overdraft, p.amount
    FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
    WHERE p.journal_id = :id ORDER BY p.account_id
""")


class Known:
    """A journal that was posted before, and what it was."""

    def __init__(self, row: Row[Any]) -> None:
        self.content = bytes(row.content)
        self.posted = Posted(row.id, row.key, row.created_ms)


async def find_journals(session: AsyncSession, keys: Sequence[str]) -> dict[str, Known]:
    """Those of some keys that were posted, by their key."""
    found = await session.execute(_FIND, {"keys": list(keys)})
    return {row.key: Known(row) for row in found}


async def find_reversed(session: AsyncSession, ids: Sequence[int]) -> set[int]:
    """Ids of those journals that another one reverses."""
    if not ids:
        return set()
    return set(await session.scalars(_REVERSED, {"ids": list(ids)}))


async def read_entries(session: AsyncSession, journal_id: int) -> tuple[Entry, ...]:
    """What a journal did."""
    found = await session.execute(_ENTRIES, {"id": journal_id})
    return tuple(Entry(account_of(row), row.amount) for row in found)


async def write_journals(
    session: AsyncSession, journals: Sequence[Journal], now_ms: int
) -> dict[str, Known]:
    """Write journals whose keys are new; one that came to be in the same moment is left out.

    Returns:
        Those that were written, by their key.
    """
    ordered = sorted(journals, key=lambda journal: journal.key)
    columns = {
        "keys": [journal.key for journal in ordered],
        "types": [journal.type for journal in ordered],
        "refs": [journal.ref for journal in ordered],
        "reverses": [journal.reverses for journal in ordered],
        "contents": [content_of(journal) for journal in ordered],
    }
    written = await session.execute(_WRITE, {**columns, "now": now_ms})
    return {row.key: Known(row) for row in written}


async def write_postings(session: AsyncSession, lines: Iterable[tuple[int, Line]]) -> None:
    """Write postings, each with the id of its journal, and leave the journals to be sealed."""
    rows = list(lines)
    columns = {
        "accounts": [line.account_id for _, line in rows],
        "numbers": [line.number for _, line in rows],
        "journals": [journal for journal, _ in rows],
        "amounts": [line.amount for _, line in rows],
        "runnings": [line.running for _, line in rows],
    }
    await session.execute(_POST, columns)
    await session.execute(_QUEUE, {"ids": list(dict.fromkeys(columns["journals"]))})
