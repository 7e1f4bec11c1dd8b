"""What a bid makes of an auction that takes it."""

from dataclasses import replace

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Bid, Code
from arena.apps.auctions.model.pricing import buys_now, standing_after
from arena.apps.auctions.model.states import Outcome, Status


def bid_on(auction: Auction, bid: Bid, now_ms: int) -> Auction | Code:
    """The auction after a bid, or why the price rules refuse it.

    An open option to buy at once is asked first: the next minimum may lie above its price, and
    whoever pays that price shall not be told that it is too little.

    Args:
        auction: An auction that is active and takes bids of this bidder now.
        bid: The bid, its amount in bounds.
        now_ms: When it came.
    """
    if buys_now(auction, bid):
        return _bought(auction, bid, now_ms)
    standing = standing_after(auction, bid)
    if isinstance(standing, Code):
        return standing
    # Only what everyone sees moves the end: a leader's silent raise does not.
    visible = (standing.leader, standing.price) != (auction.leader, auction.price)
    end_at_ms = auction.end_at_ms
    if visible:
        end_at_ms = auction.terms.soft_close.end_after(now_ms, end_at_ms, auction.extensions)
    return replace(
        auction,
        leader=standing.leader,
        leader_max=standing.leader_max,
        price=standing.price,
        bid_count=auction.bid_count + 1,
        seq=auction.seq + 1,
        end_at_ms=end_at_ms,
        extensions=auction.extensions + (end_at_ms != auction.end_at_ms),
    )


def _bought(auction: Auction, bid: Bid, now_ms: int) -> Auction:
    """Two events: the bid, and the end that it makes."""
    price = auction.terms.buy_now_price
    assert price is not None
    return replace(
        auction,
        status=Status.ENDED,
        outcome=Outcome.SOLD,
        leader=bid.bidder,
        leader_max=bid.max_amount,
        price=price,
        bid_count=auction.bid_count + 1,
        seq=auction.seq + 2,
        end_at_ms=now_ms,
    )
