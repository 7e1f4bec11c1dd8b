"""Whether a journal may be posted: decided on copies of the locked accounts, one after another."""

from collections.abc import Mapping
from dataclasses import dataclass

from arena.base.money import LARGEST, Money
from arena.services.ledger.errors import AccountFull, AccountMismatch, InsufficientFunds
from arena.services.ledger.model.account import Account, AccountName
from arena.services.ledger.model.journal import Entry, Journal


@dataclass(slots=True)
class Standing:
    """How an account stands while its row is locked.

    Attributes:
        id: Its number.
        account: Which it is.
        balance: Sum of its postings: credits less debits.
        held: Sum of its open holds.
        postings: How many it has.
    """

    id: int
    account: Account
    balance: int = 0
    held: int = 0
    postings: int = 0

    @property
    def available(self) -> int:
        """What may leave it: its balance on its own side, less what is held."""
        return self.account.kind.sign * self.balance - self.held


@dataclass(frozen=True, slots=True)
class Line:
    """One posting, as it is written down.

    Attributes:
        account_id: On which account.
        number: Which of its postings, counted from 1.
        amount: Credits are positive, debits negative.
        running: Balance of the account after it.
    """

    account_id: int
    number: int
    amount: int
    running: int


def apply(journal: Journal, standings: Mapping[AccountName, Standing]) -> list[Line]:
    """Post a journal on the standings, all of it or nothing.

    Args:
        journal: What to post.
        standings: Of all its accounts; moved by what is posted.

    Returns:
        Its postings, in the order of its entries.

    Raises:
        AccountMismatch: An account is of another kind than the journal has it.
        InsufficientFunds: An account would have less than nothing available.
        AccountFull: A balance would be beyond 64 bits.
    """
    for entry in journal.entries:
        _check(entry, standings[entry.account.name])
    return [_move(entry, standings[entry.account.name]) for entry in journal.entries]


def check_same(found: Account, wanted: Account) -> None:
    """Refuse to use an account as another kind of account.

    Raises:
        AccountMismatch: Its side, scale or overdraft is another.
    """
    if found != wanted:
        raise AccountMismatch(
            f"the {wanted.label} exists with side {found.kind.side}, scale {found.currency.scale}"
            f" and overdraft {found.kind.overdraft}: use it so, or give the kind another name"
        )


def check_available(standing: Standing, amount: int) -> None:
    """Refuse to let more leave an account, or be held on it, than it has.

    Raises:
        InsufficientFunds: It may not be overdrawn and has less available.
    """
    account = standing.account
    if not account.kind.overdraft and amount > standing.available:
        raise InsufficientFunds(
            f"the {account.label} has {Money(standing.available, account.currency)} available,"
            f" which is less than {Money(amount, account.currency)}"
        )


def _check(entry: Entry, standing: Standing) -> None:
    check_same(standing.account, entry.account)
    leaving = -entry.account.kind.sign * entry.amount
    if leaving > 0:
        check_available(standing, leaving)
    if abs(standing.balance + entry.amount) > LARGEST:
        raise AccountFull(f"the {entry.account.label} would hold more than 64 bits can count")


def _move(entry: Entry, standing: Standing) -> Line:
    standing.balance += entry.amount
    standing.postings += 1
    return Line(standing.id, standing.postings, entry.amount, standing.balance)
