"""An auction at one moment: its terms, and what bids and time have made of them."""

from dataclasses import dataclass
from typing import Self

from arena.apps.auctions.model.states import Outcome, Status
from arena.apps.auctions.model.terms import Terms


@dataclass(frozen=True, kw_only=True, slots=True)
class Auction:
    """The state that a bid changes, as a value.

    Attributes:
        terms: What it is held on.
        status: Where it is in its life.
        price: What everyone sees; 0 before the first bid.
        leader: Who would win now.
        leader_max: How far the leader would go; nobody else sees it.
        bid_count: Accepted bids.
        seq: Number of the last event, so that later states have larger ones.
        end_at_ms: The end, with its extensions.
        extensions: How often it moved.
        outcome: How it came out, once it has ended or was cancelled.
    """

    terms: Terms
    status: Status = Status.SCHEDULED
    price: int = 0
    leader: str | None = None
    leader_max: int = 0
    bid_count: int = 0
    seq: int = 0
    end_at_ms: int
    extensions: int = 0
    outcome: Outcome | None = None

    @classmethod
    def on(cls, terms: Terms, status: Status = Status.SCHEDULED) -> Self:
        """An auction that has no bid; published unless another status is given."""
        return cls(terms=terms, status=status, end_at_ms=terms.end_at_ms)

    @property
    def min_next(self) -> int:
        """The least amount with which somebody else could lead."""
        if self.leader is None:
            return self.terms.starting_price
        return self.terms.increments.after(self.price)

    @property
    def reserve_met(self) -> bool:
        """Whether it would be sold now, as far as the price goes."""
        reserve = self.terms.reserve_price
        return self.leader is not None and (reserve is None or self.price >= reserve)

    @property
    def buy_now_open(self) -> bool:
        """Whether it can be bought at once: until the reserve is met, without one the first bid."""
        return self.terms.buy_now_price is not None and not self.reserve_met

    @property
    def winner(self) -> str | None:
        """Who has bought it."""
        return self.leader if self.outcome is Outcome.SOLD else None
