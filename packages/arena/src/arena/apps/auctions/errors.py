"""What goes wrong in auctions, as one tree. A refused bid is an answer and no error.

AuctionError
├── InvalidTerms      an auction that cannot be held: carries `field`
├── AuctionNotFound   no auction of this id
├── BidNotFound       no accepted bid of this id
├── InvoiceNotFound   no invoice of this auction, or none of theirs
├── OfferNotFound     no second chance of this auction, or none of theirs
├── OfferOver         it was answered otherwise, or has expired
├── Rushed            too much happened meanwhile, each time
├── Away              a page cannot be filled: a store does not answer
├── WrongStatus       the auction is past that, or not there yet
└── BidRefused        what HTTP says of a refused bid: BID_TOO_LOW, and a child for each other word
"""

from collections.abc import Mapping
from typing import Any, Final

from arena.base.errors import ArenaError, Conflict, Invalid, NotFound, Refused, Unavailable


class AuctionError(ArenaError):
    """Root of what auctions raise."""


class InvalidTerms(AuctionError, Invalid):
    """An auction cannot be held on these terms.

    Attributes:
        field: The term that does not fit.
    """

    code = "INVALID_TERMS"

    def __init__(self, field: str, problem: str) -> None:
        """Name the term and what is wrong with it."""
        self.field = field
        super().__init__(f"{field}: {problem}", details={"field": field})


class AuctionNotFound(AuctionError, NotFound):
    """There is no such auction."""

    code = "AUCTION_NOT_FOUND"

    def __init__(self, auction_id: str) -> None:
        """Name the id."""
        super().__init__(f"there is no auction {auction_id!r}", details={"auctionId": auction_id})


class BidNotFound(AuctionError, NotFound):
    """No bid of this id was accepted."""

    code = "BID_NOT_FOUND"

    def __init__(self, auction_id: str, bid_id: str) -> None:
        """Name both."""
        super().__init__(
            f"no bid {bid_id!r} was accepted in auction {auction_id!r}",
            details={"auctionId": auction_id, "bidId": bid_id},
        )


class InvoiceNotFound(AuctionError, NotFound):
    """There is no invoice, or it is nothing of theirs."""

    code = "INVOICE_NOT_FOUND"

    def __init__(self, auction_id: str) -> None:
        """Name the auction."""
        super().__init__(
            f"there is no invoice of auction {auction_id!r}", details={"auctionId": auction_id}
        )


class OfferNotFound(AuctionError, NotFound):
    """There is no second chance, or it is nothing of theirs."""

    code = "OFFER_NOT_FOUND"

    def __init__(self, auction_id: str) -> None:
        """Name the auction."""
        super().__init__(
            f"auction {auction_id!r} is not offered to you", details={"auctionId": auction_id}
        )


class OfferOver(AuctionError, Conflict):
    """A second chance cannot be answered any more."""

    code = "OFFER_OVER"

    def __init__(self, auction_id: str, state: str) -> None:
        """Name the auction and what became of the offer."""
        super().__init__(
            f"the offer of auction {auction_id!r} is {state}: it cannot be answered any more",
            details={"auctionId": auction_id, "state": state},
        )


class WrongStatus(AuctionError, Conflict):
    """The status of an auction does not allow this."""

    code = "WRONG_STATUS"

    def __init__(self, auction_id: str, status: str, wanted: str) -> None:
        """Name the auction, its status, and what it cannot be."""
        super().__init__(
            f"auction {auction_id!r} is {status}: it cannot be {wanted}",
            details={"auctionId": auction_id, "status": status},
        )


class Rushed(AuctionError, Unavailable):
    """People bid faster than the auction could be judged anew; nothing was done."""

    code = "AUCTION_RUSHED"

    def __init__(self, auction_id: str) -> None:
        """Name the auction."""
        super().__init__(
            f"too many bids came to auction {auction_id!r} meanwhile: try again in a moment",
            details={"auctionId": auction_id},
            retry_after=1.0,
        )


class Away(AuctionError, Unavailable):
    """A store does not answer in the time that somebody at a page waits."""

    code = "AWAY"

    def __init__(self) -> None:
        """Say so to people."""
        super().__init__(
            "Auctions cannot be read just now. This page tries again by itself.", retry_after=1.0
        )


class BidRefused(AuctionError, Refused):
    """A bid does not count; a higher one could."""

    code = "BID_TOO_LOW"

    def __init__(self, answer: dict[str, Any]) -> None:
        """Say so, with the whole answer for who wants to bid again."""
        super().__init__(f"the bid does not count: {self.code}", details=answer)


class AlreadyLeading(BidRefused):
    """Who leads already would have to raise their maximum."""

    code = "ALREADY_LEADING"


class InvalidBidAmount(BidRefused):
    """It is not more than nothing, or more than anybody may bid."""

    code, status = "INVALID_BID_AMOUNT", 400


class SellerCannotBid(BidRefused):
    """It is their own auction."""

    code, status = "SELLER_CANNOT_BID", 403


class BidderBlocked(BidRefused):
    """They may not bid on this auction."""

    code, status = "BIDDER_BLOCKED", 403


class DepositRequired(BidRefused):
    """Their deposit is not held."""

    code, status = "DEPOSIT_REQUIRED", 402


class AuctionNotActive(BidRefused):
    """It has not begun, or was called off."""

    code, status = "AUCTION_NOT_ACTIVE", 409


class AuctionEnded(BidRefused):
    """It is over."""

    code, status = "AUCTION_ENDED", 409


class BidIdReused(BidRefused):
    """Another bid has this id."""

    code, status = "BID_ID_REUSED", 409


class BidTooSoon(BidRefused):
    """Their last bid was a moment ago."""

    code, status = "RATE_LIMIT_EXCEEDED", 429

    def __init__(self, answer: dict[str, Any]) -> None:
        """Say so, and when to come again."""
        super().__init__(answer)
        self.retry_after = 1.0


REFUSALS: Final[Mapping[str, type[BidRefused]]] = {
    each.code: each
    for each in (
        BidRefused, AlreadyLeading, InvalidBidAmount, SellerCannotBid, BidderBlocked,
        DepositRequired, AuctionNotActive, AuctionEnded, BidIdReused, BidTooSoon,
    )
}  # fmt: skip
"""Refusals as errors, by the word of the answer: only HTTP needs them."""
