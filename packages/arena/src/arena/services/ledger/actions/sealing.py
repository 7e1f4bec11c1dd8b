"""Seals journals: one writer at a time adds a link to the chain of hashes over what was written."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.ledger.model.digest import seal_of
from arena.services.ledger.store.seals import (
    Seal,
    become_writer,
    read_last,
    read_written,
    take_unsealed,
    write_seal,
)

MOST_JOURNALS: Final = 2_000


async def seal(session: AsyncSession, now_ms: int) -> int:
    """Put up to 2,000 journals that are under no seal under one.

    Returns:
        How many; 0 also where another writer is at it.
    """
    if not await become_writer(session):
        return 0
    ids = await take_unsealed(session, MOST_JOURNALS)
    if ids:
        number, previous = await read_last(session)
        hash_ = seal_of(previous, await read_written(session, ids))
        await write_seal(session, Seal(number + 1, ids, previous, hash_), now_ms)
    return len(ids)
