"""An auction from its bids alone: what reconciling, retracting and recorded data need."""

from collections.abc import Iterable
from dataclasses import dataclass

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bidding import bid_on
from arena.apps.auctions.model.bids import Bid, Code
from arena.apps.auctions.model.finishing import started
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.model.terms import Terms


@dataclass(frozen=True, slots=True)
class Timed:
    """A bid and when it was placed, in ms since 1970."""

    bid: Bid
    at_ms: int


@dataclass(frozen=True, slots=True)
class Replay:
    """What the bids make of the auction, and those that do not count.

    Attributes:
        auction: The auction after all bids.
        refused: The ids of those that the price rules refuse or that come after the end. Bids that
            counted when they were placed all count again.
    """

    auction: Auction
    refused: tuple[str, ...]


def replay(terms: Terms, bids: Iterable[Timed]) -> Replay:
    """Place bids in the order given, by the price rules alone: who may bid was asked before."""
    auction, refused = Auction.on(terms), []
    for timed in bids:
        auction = started(auction, timed.at_ms)
        open_now = auction.status is Status.ACTIVE and timed.at_ms < auction.end_at_ms
        after = bid_on(auction, timed.bid, timed.at_ms) if open_now else Code.AUCTION_ENDED
        if isinstance(after, Code):
            refused.append(timed.bid.id)
        else:
            auction = after
    return Replay(auction, tuple(refused))
