"""The ledger as a few dictionaries of whole numbers: what it shall answer, without any database."""

from collections import Counter
from dataclasses import dataclass, field

from arena.services.ledger import Account, HoldRequest, Journal

POSTED = "Posted"
HELD = "Hold"


@dataclass
class ModelHold:
    """A hold, and how it ended."""

    account: Account
    amount: int
    expires_ms: int | None
    state: str = "held"
    capture: tuple[Account, int] | None = None

    def began_as(self, other: "ModelHold") -> bool:
        """Whether both were asked for alike."""
        return (self.account, self.amount, self.expires_ms) == (
            other.account,
            other.amount,
            other.expires_ms,
        )

    def state_at(self, now_ms: int) -> str:
        """How it stands at an instant."""
        over = self.expires_ms is not None and now_ms >= self.expires_ms
        return "expired" if self.state == "held" and over else self.state


@dataclass
class LedgerModel:
    """Answers each call with the name of what the ledger returns or raises.

    Attributes:
        balances: Credits less debits of each account.
        journals: What each key was posted with.
        holds: Each hold by its key.
        held: Sum of the open holds of each account.
        reversed: Keys of journals that were reversed.
    """

    balances: dict[Account, int] = field(default_factory=dict)
    journals: dict[str, object] = field(default_factory=dict)
    entries: dict[str, dict[Account, int]] = field(default_factory=dict)
    holds: dict[str, ModelHold] = field(default_factory=dict)
    held: Counter[Account] = field(default_factory=Counter)
    reversed: set[str] = field(default_factory=set)

    def available(self, account: Account) -> int:
        """What may leave an account."""
        return account.kind.sign * self.balances.get(account, 0) - self.held[account]

    def post(self, journal: Journal) -> str:
        """Post a journal."""
        entries = {entry.account: entry.amount for entry in journal.entries}
        return self._post(journal.key, (journal.type, journal.ref, entries), entries)

    def reverse(self, key: str, of: str) -> str:
        """Undo a journal."""
        if of not in self.entries:
            return "JournalNotFound"
        entries = {account: -amount for account, amount in self.entries[of].items()}
        content = ("reversal", of, entries)
        if key not in self.journals and of in self.reversed:
            return "AlreadyReversed"
        answer = self._post(key, content, entries)
        if answer == POSTED:
            self.reversed.add(of)
        return answer

    def hold(self, request: HoldRequest) -> str:
        """Begin a hold."""
        wanted = ModelHold(request.account, request.amount.amount, request.expires_ms)
        known = self.holds.get(request.key)
        if known is not None:
            return HELD if known.began_as(wanted) else "KeyReused"
        if self._lacks(request.account, wanted.amount):
            return "InsufficientFunds"
        self.holds[request.key] = wanted
        self.held[request.account] += wanted.amount
        return HELD

    def capture(self, key: str, to: Account, amount: int, now_ms: int) -> str:
        """Take money out of a hold."""
        hold = self.holds.get(key)
        if hold is None:
            return "HoldNotFound"
        if amount > hold.amount or to == hold.account:
            return "InvalidJournal"
        if hold.state == "captured":
            return HELD if hold.capture == (to, amount) else "KeyReused"
        if hold.state_at(now_ms) != "held":
            return "HoldEnded"
        self._end(hold, "captured")
        hold.capture = (to, amount)
        leaving = -hold.account.kind.sign * amount
        entries = {hold.account: leaving, to: -leaving}
        return self._post(f"capture:{key}", "capture", entries) and HELD

    def release(self, key: str) -> str:
        """End a hold without taking anything."""
        hold = self.holds.get(key)
        if hold is None:
            return "HoldNotFound"
        if hold.state == "captured":
            return "HoldEnded"
        if hold.state == "held":
            self._end(hold, "released")
        return HELD

    def expire(self, now_ms: int) -> None:
        """End the holds whose time is over."""
        for hold in self.holds.values():
            if hold.state == "held" and hold.state_at(now_ms) == "expired":
                self._end(hold, "expired")

    def _post(self, key: str, content: object, entries: dict[Account, int]) -> str:
        if key in self.journals:
            return POSTED if self.journals[key] == content else "KeyReused"
        if any(self._lacks(each, -each.kind.sign * amount) for each, amount in entries.items()):
            return "InsufficientFunds"
        self.journals[key], self.entries[key] = content, entries
        for account, amount in entries.items():
            self.balances[account] = self.balances.get(account, 0) + amount
        return POSTED

    def _end(self, hold: ModelHold, state: str) -> None:
        hold.state = state
        self.held[hold.account] -= hold.amount

    def _lacks(self, account: Account, leaving: int) -> bool:
        return not account.kind.overdraft and leaving > max(0, self.available(account))
