"""Accounts: locked before anything happens to them, always in the same order."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.money import Currency
from arena.services.ledger.errors import Inconsistent
from arena.services.ledger.model.account import Account, AccountKind, AccountName
from arena.services.ledger.model.standing import Standing

# The rows are locked in the order of the sort: two that lock some of the same never wait in a ring.
_LOCK: Final = text("""
    SELECT a.id, a.owner, a.kind, a.currency, a.scale, a.side, a.overdraft,
           a.balance, a.held, a.postings
    FROM ledger_accounts a
    JOIN unnest(CAST(:owners AS text[]), CAST(:kinds AS text[]), CAST(:currencies AS text[]))
         AS wanted (owner, kind, currency) USING (owner, kind, currency)
    ORDER BY a.id FOR UPDATE OF a
""")
_OPEN: Final = text("""
    INSERT INTO ledger_accounts (owner, kind, currency, scale, side, overdraft, created_ms)
    SELECT *, :now FROM unnest(
        CAST(:owners AS text[]), CAST(:kinds AS text[]), CAST(:currencies AS text[]),
        CAST(:scales AS smallint[]), CAST(:sides AS smallint[]), CAST(:overdrafts AS boolean[]))
    ON CONFLICT DO NOTHING
""")
_FIND: Final = text("""
    SELECT id, owner, kind, currency, scale, side, overdraft, balance, held, postings
    FROM ledger_accounts WHERE owner = :owner AND kind = :kind AND currency = :currency
""")
_MOVE: Final = text("""
    UPDATE ledger_accounts a
    SET balance = a.balance + moved.amount, postings = a.postings + moved.number
    FROM unnest(CAST(:ids AS bigint[]), CAST(:amounts AS bigint[]), CAST(:numbers AS bigint[]))
         AS moved (id, amount, number)
    WHERE a.id = moved.id
      AND (a.overdraft OR a.side * (a.balance + moved.amount) - a.held >= 0)
""")
_HOLD: Final = text("""
    UPDATE ledger_accounts SET held = held + :amount
    WHERE id = :id AND held + :amount >= 0
      AND (overdraft OR side * balance - held - :amount >= 0)
""")


async def lock_accounts(
    session: AsyncSession, accounts: Iterable[Account], now_ms: int
) -> dict[AccountName, Standing]:
    """Lock accounts until the transaction ends, making those that are new.

    Args:
        session: Of a transaction.
        accounts: Which; whether one is of the kind that is wanted is for the caller to see.
        now_ms: When new ones are made.
    """
    wanted: dict[AccountName, Account] = {}
    for account in accounts:
        wanted.setdefault(account.name, account)
    standings = await _lock(session, wanted)
    missing = [account for name, account in wanted.items() if name not in standings]
    if missing:
        await _open(session, missing, now_ms)
        standings = await _lock(session, wanted)
    return standings


async def find_account(session: AsyncSession, account: Account) -> Standing | None:
    """How an account stands, without locking it; None where it was never used."""
    found = (await session.execute(_FIND, account.name._asdict())).one_or_none()
    return None if found is None else standing_of(found)


async def move(
    session: AsyncSession, before: Mapping[int, tuple[int, int]], after: Iterable[Standing]
) -> None:
    """Write what postings did to locked accounts.

    Args:
        session: Of the transaction that locked them.
        before: Balance and number of postings of each, by its id, as it was locked.
        after: The same accounts now.
    """
    moved = [standing for standing in after if standing.postings != before[standing.id][1]]
    written = await session.execute(
        _MOVE,
        {
            "ids": [each.id for each in moved],
            "amounts": [each.balance - before[each.id][0] for each in moved],
            "numbers": [each.postings - before[each.id][1] for each in moved],
        },
    )
    # The rows are locked and the rules were checked on them: this is the second lock on the door.
    if _count(written) != len(moved):
        raise Inconsistent("an account would be overdrawn by what was decided")


async def hold(session: AsyncSession, account_id: int, amount: int) -> None:
    """Hold more on a locked account, or less where the amount is negative."""
    written = await session.execute(_HOLD, {"id": account_id, "amount": amount})
    if _count(written) != 1:
        raise Inconsistent("more would be held than there is by what was decided")


def account_of(row: Row[Any]) -> Account:
    """The account that the columns of a row describe."""
    kind = AccountKind(row.kind, "credit" if row.side == 1 else "debit", row.overdraft)
    return Account(row.owner, kind, Currency(row.currency, row.scale))


def standing_of(row: Row[Any]) -> Standing:
    """The standing that the columns of a row describe."""
    return Standing(row.id, account_of(row), row.balance, row.held, row.postings)


async def _lock(
    session: AsyncSession, wanted: Iterable[AccountName]
) -> dict[AccountName, Standing]:
    found = await session.execute(_LOCK, _columns(wanted))
    standings = map(standing_of, found)
    return {standing.account.name: standing for standing in standings}


async def _open(session: AsyncSession, accounts: list[Account], now_ms: int) -> None:
    ordered = sorted(accounts, key=lambda account: account.name)
    columns: dict[str, Any] = {
        **_columns(account.name for account in ordered),
        "scales": [account.currency.scale for account in ordered],
        "sides": [account.kind.sign for account in ordered],
        "overdrafts": [account.kind.overdraft for account in ordered],
    }
    await session.execute(_OPEN, {**columns, "now": now_ms})


def _columns(names: Iterable[AccountName]) -> dict[str, list[str]]:
    rows = list(names)
    return {
        "owners": [name.owner for name in rows],
        "kinds": [name.kind for name in rows],
        "currencies": [name.currency for name in rows],
    }


def _count(result: Any) -> int:
    return int(result.rowcount)
