"""Accounts, amounts and journals for tests of the ledger, and a clock that they set."""

from dataclasses import dataclass

from arena.base.money import USD, Currency, Money
from arena.services.ledger import OUTSIDE, WALLET, Account, Journal, credit, debit

BANK = OUTSIDE.of("bank", USD)


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    now: int = 1_000_000

    def __call__(self) -> int:
        return self.now


def wallet(owner: str, currency: Currency = USD) -> Account:
    """The wallet of somebody."""
    return WALLET.of(owner, currency)


def usd(cents: int) -> Money:
    """An amount of dollars."""
    return Money(cents, USD)


def deposit(key: str, owner: str, cents: int) -> Journal:
    """Money that comes into a wallet from the bank."""
    return transfer(key, BANK, wallet(owner), cents, type_="deposit")


def withdrawal(key: str, owner: str, cents: int) -> Journal:
    """Money that goes from a wallet to the bank."""
    return transfer(key, wallet(owner), BANK, cents, type_="withdrawal")


def transfer(
    key: str, source: Account, target: Account, cents: int, *, type_: str = "transfer"
) -> Journal:
    """Money that goes from one account to another."""
    return Journal(key, type_, (debit(source, usd(cents)), credit(target, usd(cents))))
