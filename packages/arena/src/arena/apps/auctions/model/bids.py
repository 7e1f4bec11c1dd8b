"""A bid, what becomes of it, and the words for why it was refused."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """What a bidder is told; ACCEPTED, or why not."""

    ACCEPTED = "ACCEPTED"
    BID_ID_REUSED = "BID_ID_REUSED"
    AUCTION_NOT_FOUND = "AUCTION_NOT_FOUND"
    INVALID_BID_AMOUNT = "INVALID_BID_AMOUNT"
    AUCTION_NOT_ACTIVE = "AUCTION_NOT_ACTIVE"
    AUCTION_ENDED = "AUCTION_ENDED"
    SELLER_CANNOT_BID = "SELLER_CANNOT_BID"
    BIDDER_BLOCKED = "BIDDER_BLOCKED"
    DEPOSIT_REQUIRED = "DEPOSIT_REQUIRED"
    RATE_LIMIT_EXCEEDED = "RATE_LIMIT_EXCEEDED"
    ALREADY_LEADING = "ALREADY_LEADING"
    BID_TOO_LOW = "BID_TOO_LOW"


REMEMBERED: Final = frozenset({Code.ACCEPTED, Code.ALREADY_LEADING, Code.BID_TOO_LOW})
"""Answers that the price rules gave. The same bid id gets the same one again.

The others are judged anew when they come again: nothing happened, and to keep them would let
whoever may not bid fill the store.
"""


class Kind(StrEnum):
    """What a bid meant: the price itself, a secret maximum, or to buy at once."""

    MANUAL = "MANUAL"
    PROXY_MAX = "PROXY_MAX"
    BUY_NOW = "BUY_NOW"


@dataclass(frozen=True, slots=True)
class Bid:
    """What a bidder asks for.

    Attributes:
        id: Chosen by the client: the same id is the same bid.
        bidder: Who bids.
        max_amount: Minor units; as it came, so it may be no amount at all.
    """

    id: str
    bidder: str
    max_amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a bidder is told, as of the moment of the bid.

    Attributes:
        code: ACCEPTED, or why not.
        seq: Number of the last event, those of an accepted bid included.
        price: What everyone sees, after the bid.
        leader: Who leads after the bid.
        you_lead: Whether that is the bidder.
        min_next: The least amount for the next bid of somebody else.
        end_at_ms: The end, after the bid.
        extended: Whether the bid moved it.
    """

    code: Code
    seq: int = 0
    price: int = 0
    leader: str | None = None
    you_lead: bool = False
    min_next: int = 0
    end_at_ms: int = 0
    extended: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the bid counts."""
        return self.code is Code.ACCEPTED
