"""A journal: amounts that move at once between accounts, and add up to nothing."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from arena.base.money import LARGEST, Money
from arena.services.ledger.errors import InvalidJournal
from arena.services.ledger.model.account import Account
from arena.services.ledger.model.names import check_name

MOST_ENTRIES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What happens to one account.

    Attributes:
        account: Which.
        amount: Minor units of its currency; credits are positive, debits negative, none is 0.
    """

    account: Account
    amount: int


def credit(account: Account, amount: Money) -> Entry:
    """Credit an account: the wallet of a user grows by it."""
    return Entry(account, _positive(account, amount))


def debit(account: Account, amount: Money) -> Entry:
    """Debit an account: the wallet of a user shrinks by it."""
    return Entry(account, -_positive(account, amount))


@dataclass(frozen=True, slots=True)
class Journal:
    """What is to be posted, all of it or nothing.

    Attributes:
        key: Idempotency key, chosen and stored by the caller before the first try.
        type: What it is: "deposit", "bid-deposit", "prize".
        entries: 2 to 20,000, each of another account; per currency they add up to 0.
        ref: What it is about, for people: "auction:7". Defaults to nothing.
        reverses: Id of the journal that it undoes. Defaults to None.
    """

    key: str
    type: str
    entries: tuple[Entry, ...]
    ref: str = ""
    reverses: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no journal.

        Raises:
            InvalidJournal: It does not balance, or is not as the attributes say.
        """
        check_name("key", self.key)
        check_name("type", self.type)
        check_name("ref", self.ref, empty=True)
        self._check_entries()
        self._check_balance()

    def _check_entries(self) -> None:
        if not 2 <= len(self.entries) <= MOST_ENTRIES:
            raise InvalidJournal(
                f"journal {self.key!r} has {len(self.entries)} entries: it takes 2 to"
                f" {MOST_ENTRIES:,}"
            )
        for entry in self.entries:
            if type(entry.amount) is not int or not 0 < abs(entry.amount) <= LARGEST:
                raise InvalidJournal(
                    f"journal {self.key!r} moves {entry.amount!r} on the {entry.account.label}:"
                    " write whole minor units of 64 bits, not 0"
                )
        if len({entry.account.name for entry in self.entries}) < len(self.entries):
            raise InvalidJournal(f"journal {self.key!r} has two entries of one account: add them")

    def _check_balance(self) -> None:
        sums: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            sums[entry.account.currency.code] += entry.amount
        for currency, total in sums.items():
            if total:
                raise InvalidJournal(
                    f"journal {self.key!r} does not balance: {total:+} minor units of {currency}"
                    " too much"
                )


@dataclass(frozen=True, slots=True)
class Posted:
    """The answer to a journal; the same each time its key is used again.

    Attributes:
        id: Its number.
        key: Its idempotency key.
        created_ms: When it was posted, in milliseconds of UTC.
    """

    id: int
    key: str
    created_ms: int


def _positive(account: Account, amount: Money) -> int:
    if amount.currency != account.currency:
        raise InvalidJournal(f"{amount.currency.code} cannot go to the {account.label}")
    if amount.amount <= 0:
        raise InvalidJournal(
            f"{amount} is not more than 0: debit where you would credit less than nothing"
        )
    return amount.amount
