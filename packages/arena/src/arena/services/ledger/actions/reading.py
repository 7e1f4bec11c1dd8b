"""What people see of an account: its balance, and its statement page by page."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.money import LARGEST, Money
from arena.services.ledger.errors import InvalidJournal
from arena.services.ledger.model.account import Account
from arena.services.ledger.store.accounts import find_account
from arena.services.ledger.store.statements import read_page

LONGEST_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account has, on its own side: more is more for a wallet and for a bank alike.

    Attributes:
        posted: Sum of its postings.
        held: Sum of its open holds.
    """

    posted: Money
    held: Money

    @property
    def available(self) -> Money:
        """What may leave it."""
        return self.posted - self.held


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One posting.

    Attributes:
        number: Which of the account's, counted from 1.
        amount: What it added to the account, or took where it is negative.
        balance: What the account had after it.
        key: Key of its journal.
        type: Type of its journal.
        ref: What its journal is about.
        created_ms: When, in milliseconds of UTC.
    """

    number: int
    amount: Money
    balance: Money
    key: str
    type: str
    ref: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of a statement, newest first.

    Attributes:
        lines: Its lines.
        next: Where the next page begins; None on the last one.
    """

    lines: tuple[StatementLine, ...]
    next: int | None


async def read_balance(session: AsyncSession, account: Account) -> Balance:
    """The balance of an account; nothing where it was never used."""
    standing = await find_account(session, account)
    if standing is None:
        return Balance(Money(0, account.currency), Money(0, account.currency))
    posted = Money(account.kind.sign * standing.balance, account.currency)
    return Balance(posted, Money(standing.held, account.currency))


async def read_statement(
    session: AsyncSession, account: Account, *, before: int | None, limit: int
) -> Statement:
    """A page of the statement of an account.

    Raises:
        InvalidJournal: The limit is not 1 to 500, or the cursor is none.
    """
    if not 1 <= limit <= LONGEST_PAGE or not 1 <= (before or 1) <= LARGEST:
        raise InvalidJournal(f"a page has 1 to {LONGEST_PAGE} lines, and begins where one ended")
    standing = await find_account(session, account)
    if standing is None:
        return Statement((), None)
    rows = await read_page(session, standing.id, before or LARGEST, limit + 1)
    lines = tuple(
        StatementLine(
            number=row.number,
            amount=Money(account.kind.sign * row.amount, account.currency),
            balance=Money(account.kind.sign * row.running, account.currency),
            key=row.key,
            type=row.type,
            ref=row.ref,
            created_ms=row.created_ms,
        )
        for row in rows[:limit]
    )
    return Statement(lines, lines[-1].number if len(rows) > limit else None)
