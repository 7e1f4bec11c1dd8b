"""A second chance: what was not sold, offered to whoever led, at the price that everyone saw."""

from dataclasses import dataclass
from typing import Literal

State = Literal["open", "accepted", "declined", "expired"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """The offer of one auction; there is one at most.

    Attributes:
        auction_id: The auction, whose reserve was not met.
        bidder: Who led.
        price: Minor units. Their maximum stays their own.
        currency: Of the price.
        premium: What the buyer pays on top.
        made_ms: When it was made.
        expires_ms: From then on it is not good any more.
        answer: What the bidder said; None: nothing yet.
    """

    auction_id: str
    bidder: str
    price: int
    currency: str
    premium: int
    made_ms: int
    expires_ms: int
    answer: Literal["accepted", "declined"] | None = None

    def state(self, now_ms: int) -> State:
        """Where it stands."""
        if self.answer is not None:
            return self.answer
        return "open" if now_ms < self.expires_ms else "expired"
