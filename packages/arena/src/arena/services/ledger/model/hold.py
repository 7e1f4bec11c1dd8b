"""A hold: money that stays on its account and may not leave it, until the hold ends, once."""

from dataclasses import dataclass
from typing import Final, Literal

from arena.base.money import Money
from arena.services.ledger.errors import HoldEnded, InvalidJournal
from arena.services.ledger.model.account import Account
from arena.services.ledger.model.journal import Entry, Journal
from arena.services.ledger.model.names import check_name

# Keys of journals that only a capture may use.
RESERVED: Final = "capture:"

HoldState = Literal["held", "captured", "released", "expired"]


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """What is to be held.

    Attributes:
        key: Idempotency key, by which the hold is captured or released.
        account: On which account.
        amount: How much, more than 0.
        expires_ms: Instant from which on it cannot be captured any more; None: never.
    """

    key: str
    account: Account
    amount: Money
    expires_ms: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no hold.

        Raises:
            InvalidJournal: The key is none, or the amount is not more than 0 of that currency.
        """
        check_name("key", self.key)
        check_name("key", capture_key(self.key))
        if self.amount.amount <= 0 or self.amount.currency != self.account.currency:
            raise InvalidJournal(
                f"{self.amount} {self.amount.currency.code} cannot be held on the"
                f" {self.account.label}: hold more than 0 of its currency"
            )


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold, as it stands.

    Attributes:
        key: Its key.
        account: On which account.
        amount: How much was held.
        state: Whether it is open, or how it ended.
        created_ms: Since when.
        expires_ms: Until when it may be captured; None: always.
        ended_ms: When it ended; None while it is open.
        journal: Id of the journal that captured it.
    """

    key: str
    account: Account
    amount: Money
    state: HoldState
    created_ms: int
    expires_ms: int | None = None
    ended_ms: int | None = None
    journal: int | None = None


def check_open(hold: Hold, now_ms: int) -> None:
    """Refuse to end a hold that has ended.

    Raises:
        HoldEnded: It was captured or released, or its time is over.
    """
    state = hold.state
    if state == "held" and hold.expires_ms is not None and now_ms >= hold.expires_ms:
        state = "expired"
    if state != "held":
        raise HoldEnded(f"the hold {hold.key!r} was {state} already")


def capturing(hold: Hold, to: Account, amount: Money, *, type_: str, ref: str) -> Journal:
    """The journal that takes money out of a hold.

    Args:
        hold: Which; what is left of it is free again.
        to: Where the money goes.
        amount: How much of it.
        type_: Type of the journal.
        ref: What it is about.

    Raises:
        InvalidJournal: It is more than is held, not more than 0, or of another currency.
    """
    if not 0 < amount.amount <= hold.amount.amount or amount.currency != hold.amount.currency:
        raise InvalidJournal(
            f"{amount} {amount.currency.code} cannot be taken out of the hold {hold.key!r} of"
            f" {hold.amount}: take more than 0 and at most that"
        )
    leaving = -hold.account.kind.sign * amount.amount
    entries = (Entry(hold.account, leaving), Entry(to, -leaving))
    return Journal(capture_key(hold.key), type_, entries, ref)


def capture_key(hold_key: str) -> str:
    """Key of the journal that captures a hold."""
    return f"{RESERVED}{hold_key}"
