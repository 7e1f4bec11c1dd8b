"""Holds, from their beginning to their one end. The account is locked first, then the hold."""

from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.money import Money
from arena.services.ledger.actions.posting import post_all
from arena.services.ledger.errors import HoldNotFound, KeyContended, KeyReused, LedgerError
from arena.services.ledger.model.account import Account
from arena.services.ledger.model.digest import content_of
from arena.services.ledger.model.hold import Hold, HoldRequest, capturing, check_open
from arena.services.ledger.model.journal import Journal
from arena.services.ledger.model.standing import check_available, check_same
from arena.services.ledger.store import accounts
from arena.services.ledger.store.holds import (
    KnownHold,
    end_hold,
    find_due,
    find_hold,
    write_hold,
)
from arena.services.ledger.store.journals import find_journals


async def hold(session: AsyncSession, request: HoldRequest, now_ms: int) -> Hold:
    """Begin a hold, or give the one that its key stands for.

    Raises:
        AccountMismatch: The account exists as another kind of account.
        InsufficientFunds: Less is available.
        KeyReused: The key stands for another hold.
    """
    locked = await accounts.lock_accounts(session, [request.account], now_ms)
    standing = locked[request.account.name]
    check_same(standing.account, request.account)
    known = await find_hold(session, request.key)
    if known is None:
        check_available(standing, request.amount.amount)
        if not await write_hold(session, request, standing.id, now_ms):
            raise KeyContended(f"the key {request.key!r} was used in the same moment: try again")
        await accounts.hold(session, standing.id, request.amount.amount)
        return await _read(session, request.key)
    if known.content != content_of(request):
        raise KeyReused(f"the key {request.key!r} stands for another hold: choose another")
    return known.hold


async def capture(
    session: AsyncSession, key: str, to: Account, amount: Money | None, *, ref: str, now_ms: int
) -> Hold:
    """Take money out of a hold; what is left of it is free again.

    Raises:
        HoldNotFound: There is none of this key.
        HoldEnded: It ended otherwise, or its time is over.
        KeyReused: It was captured with another amount, account or ref.
    """
    held = await _known(session, key)
    taken = held.hold.amount if amount is None else amount
    journal = capturing(held.hold, to, taken, type_="capture", ref=ref)
    await accounts.lock_accounts(session, [held.hold.account, to], now_ms)
    current = (await _known(session, key, lock=True)).hold
    if current.state == "captured":
        await _check_same_capture(session, journal)
        return current
    check_open(current, now_ms)
    await accounts.hold(session, held.account_id, -current.amount.amount)
    (outcome,) = await post_all(session, [journal], now_ms)
    if isinstance(outcome, LedgerError):
        raise outcome
    await end_hold(session, key, "captured", now_ms, outcome.id)
    return await _read(session, key)


async def release(session: AsyncSession, key: str, now_ms: int) -> Hold:
    """End a hold without taking anything.

    Raises:
        HoldNotFound: There is none of this key.
        HoldEnded: It was captured.
    """
    current = await _lock(session, key, now_ms)
    if current.hold.state == "held":
        await _free(session, current, "released", now_ms)
        return await _read(session, key)
    if current.hold.state == "captured":
        check_open(current.hold, now_ms)
    return current.hold


async def expire(session: AsyncSession, now_ms: int, most: int) -> int:
    """End holds whose time is over; those that end meanwhile are left alone.

    Returns:
        How many were due.
    """
    due = await find_due(session, now_ms, most)
    if due:
        await accounts.lock_accounts(session, [hold.account for hold in due], now_ms)
    for overdue in sorted(due, key=lambda hold: hold.key):
        current = await _known(session, overdue.key, lock=True)
        if current.hold.state == "held":
            await _free(session, current, "expired", now_ms)
    return len(due)


async def _lock(session: AsyncSession, key: str, now_ms: int) -> KnownHold:
    known = await _known(session, key)
    await accounts.lock_accounts(session, [known.hold.account], now_ms)
    return await _known(session, key, lock=True)


async def _free(session: AsyncSession, known: KnownHold, state: str, now_ms: int) -> None:
    await accounts.hold(session, known.account_id, -known.hold.amount.amount)
    await end_hold(session, known.hold.key, state, now_ms)


async def _check_same_capture(session: AsyncSession, journal: Journal) -> None:
    known = (await find_journals(session, [journal.key]))[journal.key]
    if known.content != content_of(journal):
        raise KeyReused(
            f"the hold of {journal.key!r} was captured with another amount, account or ref"
        )


async def _known(session: AsyncSession, key: str, *, lock: bool = False) -> KnownHold:
    known = await find_hold(session, key, lock=lock)
    if known is None:
        raise HoldNotFound(f"there is no hold {key!r}")
    return known


async def _read(session: AsyncSession, key: str) -> Hold:
    return (await _known(session, key)).hold
