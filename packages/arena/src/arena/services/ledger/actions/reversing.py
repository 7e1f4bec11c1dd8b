"""Undoes a journal with another one: what was written stays."""

from sqlalchemy.ext.asyncio import AsyncSession

from arena.services.ledger.errors import JournalNotFound
from arena.services.ledger.model.journal import Entry, Journal
from arena.services.ledger.store.journals import find_journals, read_entries


async def reversal(session: AsyncSession, key: str, of: str, ref: str) -> Journal:
    """The journal that undoes another one.

    Args:
        session: Of any transaction: a journal does not change.
        key: Idempotency key of the new one.
        of: Key of the one to undo.
        ref: What it is about.

    Raises:
        JournalNotFound: There is no such journal.
    """
    known = (await find_journals(session, [of])).get(of)
    if known is None:
        raise JournalNotFound(f"there is no journal {of!r} to reverse")
    done = await read_entries(session, known.posted.id)
    undone = tuple(Entry(entry.account, -entry.amount) for entry in done)
    return Journal(key, "reversal", undone, ref, reverses=known.posted.id)
