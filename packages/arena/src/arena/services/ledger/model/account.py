"""Accounts: whose money, of which kind, in which currency."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from arena.base.money import Currency
from arena.services.ledger.model.names import check_name


class AccountName(NamedTuple):
    """What an account is called in the database."""

    owner: str
    kind: str
    currency: str


@dataclass(frozen=True, slots=True)
class AccountKind:
    """What an account is for.

    Attributes:
        name: One word: "wallet".
        side: What makes it grow: "credit" for what the house owes, "debit" for what it owns.
        overdraft: Whether its balance may be below zero.
    """

    name: str
    side: Literal["credit", "debit"]
    overdraft: bool = False

    def __post_init__(self) -> None:
        """Refuse a name that is none."""
        check_name("kind of account", self.name)

    @property
    def sign(self) -> int:
        """1 where credits make it grow, -1 where debits do."""
        return 1 if self.side == "credit" else -1

    def of(self, owner: str, currency: Currency) -> "Account":
        """The account of this kind that somebody has in a currency."""
        return Account(owner, self, currency)


@dataclass(frozen=True, slots=True)
class Account:
    """One account. It exists from its first use on.

    Attributes:
        owner: Whose: "user:42", "auction:7", "house".
        kind: What it is for.
        currency: Of what.
    """

    owner: str
    kind: AccountKind
    currency: Currency

    def __post_init__(self) -> None:
        """Refuse an owner that is none."""
        check_name("owner", self.owner)

    @property
    def name(self) -> AccountName:
        """Its name in the database."""
        return AccountName(self.owner, self.kind.name, self.currency.code)

    @property
    def label(self) -> str:
        """Its name in messages."""
        return f"{self.kind.name} of {self.owner} in {self.currency.code}"


# What a user has with the house, and can take out.
WALLET: Final = AccountKind("wallet", "credit")
# Where money comes from and goes to: a bank, a provider, the till of the house.
OUTSIDE: Final = AccountKind("outside", "debit", overdraft=True)
