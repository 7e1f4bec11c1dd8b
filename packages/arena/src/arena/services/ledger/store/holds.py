"""Holds: written once, locked after their account, and ended once."""

from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.money import Money
from arena.services.ledger.errors import Inconsistent
from arena.services.ledger.model.digest import content_of
from arena.services.ledger.model.hold import Hold, HoldRequest
from arena.services.ledger.store.accounts import account_of

_COLUMNS: Final = """
    h.id, h.key, h.account_id, h.amount, h.content, h.state, h.created_ms, h.expires_ms,
    h.ended_ms, h.journal_id, a.owner, a.kind, a.currency, a.scale, a.side, a.overdraft
"""
_FIND: Final = text(f"""
    SELECT {_COLUMNS} FROM ledger_holds h JOIN ledger_accounts a ON a.id = h.account_id
    WHERE h.key = :key
""")  # noqa: S608 - the columns stand above
_LOCK: Final = text(f"{_FIND.text} FOR UPDATE OF h")
_DUE: Final = text(f"""
    SELECT {_COLUMNS} FROM ledger_holds h JOIN ledger_accounts a ON a.id = h.account_id
    WHERE h.state = 'held' AND h.expires_ms <= :now ORDER BY h.expires_ms LIMIT :most
""")  # noqa: S608 - the columns stand above
_WRITE: Final = text("""
    INSERT INTO ledger_holds (key, account_id, amount, content, expires_ms, created_ms)
    VALUES (:key, :account, :amount, :content, :expires, :now)
    ON CONFLICT (key) DO NOTHING RETURNING id
""")
_END: Final = text("""
    UPDATE ledger_holds SET state = :state, ended_ms = :now, journal_id = :journal
    WHERE key = :key AND state = 'held'
""")


class KnownHold:
    """A hold in the database."""

    def __init__(self, row: Row[Any]) -> None:
        account = account_of(row)
        self.account_id = int(row.account_id)
        self.content = bytes(row.content)
        self.hold = Hold(
            key=row.key,
            account=account,
            amount=Money(row.amount, account.currency),
            state=row.state,
            created_ms=row.created_ms,
            expires_ms=row.expires_ms,
            ended_ms=row.ended_ms,
            journal=row.journal_id,
        )


async def find_hold(session: AsyncSession, key: str, *, lock: bool = False) -> KnownHold | None:
    """The hold of a key.

    Args:
        session: Of a transaction.
        key: Its key.
        lock: Until the transaction ends; its account is locked already. Defaults to False.
    """
    found = (await session.execute(_LOCK if lock else _FIND, {"key": key})).one_or_none()
    return None if found is None else KnownHold(found)


async def find_due(session: AsyncSession, now_ms: int, most: int) -> list[Hold]:
    """Open holds whose time is over, the longest overdue first."""
    found = await session.execute(_DUE, {"now": now_ms, "most": most})
    return [KnownHold(row).hold for row in found]


async def write_hold(
    session: AsyncSession, request: HoldRequest, account_id: int, now_ms: int
) -> bool:
    """Write a hold whose key is new; False where the key came to be in the same moment."""
    values = {
        "key": request.key,
        "account": account_id,
        "amount": request.amount.amount,
        "content": content_of(request),
        "expires": request.expires_ms,
        "now": now_ms,
    }
    return (await session.execute(_WRITE, values)).one_or_none() is not None


async def end_hold(
    session: AsyncSession, key: str, state: str, now_ms: int, journal: int | None = None
) -> None:
    """End a locked hold."""
    values = {"key": key, "state": state, "now": now_ms, "journal": journal}
    ended: Any = await session.execute(_END, values)
    if ended.rowcount != 1:
        raise Inconsistent(f"the hold {key!r} would end twice by what was decided")
