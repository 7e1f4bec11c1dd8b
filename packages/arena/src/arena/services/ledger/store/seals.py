"""Seals: which journals none covers yet, what goes into a hash, and the chain itself."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.ledger.model.digest import GENESIS, Written

# Any number that nobody else locks.
_WRITER: Final = 0x4C_45_44_47_45_52
_LOCK: Final = text("SELECT pg_try_advisory_xact_lock(:key)")
_TAKE: Final = text("""
    DELETE FROM ledger_unsealed WHERE journal_id IN (
        SELECT journal_id FROM ledger_unsealed ORDER BY journal_id LIMIT :most)
    RETURNING journal_id
""")
_JOURNALS: Final = text("""
    SELECT id, key, type, ref, reverses, content, created_ms
    FROM ledger_journals WHERE id = ANY(:ids)
""")
_LINES: Final = text("""
    SELECT p.journal_id, a.owner, a.kind, a.currency, a.scale, a.side,
           p.number, p.amount, p.running
    FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
    WHERE p.journal_id = ANY(:ids) ORDER BY p.journal_id, p.account_id
""")
_PAGE: Final = text("""
    SELECT number, journals, previous, hash FROM ledger_seals
    WHERE number > :after ORDER BY number LIMIT :most
""")
_LAST: Final = text("SELECT number, hash FROM ledger_seals ORDER BY number DESC LIMIT 1")
_ADD: Final = text("""
    INSERT INTO ledger_seals (number, journals, previous, hash, sealed_ms)
    VALUES (:number, :journals, :previous, :hash, :now)
""")


class Seal(NamedTuple):
    """One link of the chain.

    Attributes:
        number: Counted from 1.
        journals: What it covers, in order.
        previous: Hash of the one before it.
        hash: Its own.
    """

    number: int
    journals: list[int]
    previous: bytes
    hash: bytes


async def become_writer(session: AsyncSession) -> bool:
    """Be the one writer until the transaction ends; False where another one is."""
    return bool(await session.scalar(_LOCK, {"key": _WRITER}))


async def take_unsealed(session: AsyncSession, most: int) -> list[int]:
    """Take up to so many journals that no seal covers, in order of their ids."""
    return sorted(await session.scalars(_TAKE, {"most": most}))


async def read_written(session: AsyncSession, ids: Sequence[int]) -> list[Written]:
    """What goes into the hash of a seal, in the order of the ids; what is missing is left out."""
    lines: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for journal, *line in await session.execute(_LINES, {"ids": list(ids)}):
        lines[journal].append(tuple(line))
    found = await session.execute(_JOURNALS, {"ids": list(ids)})
    written = {row.id: Written(tuple(row), tuple(lines[row.id])) for row in found}
    return [written[id_] for id_ in ids if id_ in written]


async def read_last(session: AsyncSession) -> tuple[int, bytes]:
    """Number and hash of the last seal; 0 and `GENESIS` where there is none."""
    last = (await session.execute(_LAST)).one_or_none()
    return (0, GENESIS) if last is None else (last.number, bytes(last.hash))


async def read_page(session: AsyncSession, after: int, most: int) -> list[Seal]:
    """Seals whose number is more than `after`, in order."""
    found = await session.execute(_PAGE, {"after": after, "most": most})
    return [Seal(row.number, row.journals, bytes(row.previous), bytes(row.hash)) for row in found]


async def write_seal(session: AsyncSession, seal: Seal, now_ms: int) -> None:
    """Add a link to the chain."""
    await session.execute(_ADD, {**seal._asdict(), "now": now_ms})
