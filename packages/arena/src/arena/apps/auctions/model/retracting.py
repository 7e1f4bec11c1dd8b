"""What is left of an auction when a bid is taken back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Bid, Code
from arena.apps.auctions.model.pricing import standing_after


@dataclass(frozen=True, slots=True)
class Accepted:
    """A bid that was accepted, and the number of its event."""

    bid: Bid
    seq: int


@dataclass(frozen=True, slots=True)
class Retraction:
    """A bid that is to be taken back, and what the others make of its auction.

    Attributes:
        bid: The bid.
        seq: Number of the event up to which the others were judged.
        left: The auction without the bid, as of that event.
    """

    bid: Bid
    seq: int
    left: Auction


def without(auction: Auction, left: Iterable[Bid]) -> Auction:
    """The auction as the bids that are left make it, in the order in which they came.

    Who leads, how far, and the price are judged anew; one that the price rules refuse now does not
    count. The end stays where it is: whoever saw it move shall not see it come nearer.

    Args:
        auction: An auction that is active.
        left: All that were accepted and are not taken back.
    """
    again = Auction.on(auction.terms, auction.status)
    for bid in left:
        standing = standing_after(again, bid)
        if not isinstance(standing, Code):
            again = replace(
                again,
                leader=standing.leader,
                leader_max=standing.leader_max,
                price=standing.price,
                bid_count=again.bid_count + 1,
            )
    return replace(
        auction,
        leader=again.leader,
        leader_max=again.leader_max,
        price=again.price,
        bid_count=again.bid_count,
        seq=auction.seq + 1,
    )
