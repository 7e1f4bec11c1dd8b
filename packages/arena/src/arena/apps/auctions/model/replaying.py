"""An auction from its history alone: what reconciling, rebuilding and recorded data need."""

from collections.abc import Iterable
from dataclasses import dataclass

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bidding import bid_on
from arena.apps.auctions.model.bids import Bid, Code
from arena.apps.auctions.model.finishing import started
from arena.apps.auctions.model.retracting import without
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.model.terms import Terms


@dataclass(frozen=True, slots=True)
class Timed:
    """A bid, when it was placed in ms since 1970, and the number of its event if it is known."""

    bid: Bid
    at_ms: int
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Retracted:
    """That a bid was taken back; the number of that event, where it is known."""

    bid_id: str
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Replay:
    """What the history makes of the auction, and the bids that do not count.

    Attributes:
        auction: The auction after all of it.
        refused: The ids of those that the price rules refuse or that come after the end. Bids that
            counted when they were placed all count again.
    """

    auction: Auction
    refused: tuple[str, ...]


def replay(terms: Terms, history: Iterable[Timed | Retracted]) -> Replay:
    """Do all of it in the order given, by the price rules alone: who may bid was asked before."""
    auction, refused = Auction.on(terms), []
    counted: dict[str, Bid] = {}
    for each in history:
        if isinstance(each, Retracted):
            counted.pop(each.bid_id, None)
            auction = without(auction, counted.values())
            continue
        auction = started(auction, each.at_ms)
        open_now = auction.status is Status.ACTIVE and each.at_ms < auction.end_at_ms
        after = bid_on(auction, each.bid, each.at_ms) if open_now else Code.AUCTION_ENDED
        if isinstance(after, Code):
            refused.append(each.bid.id)
        else:
            counted[each.bid.id] = each.bid
            auction = after
    return Replay(auction, tuple(refused))
