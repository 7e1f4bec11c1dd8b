"""Who leads after a bid, and at which price: by proxy, by hand, or bought at once."""

from dataclasses import dataclass

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Bid, Code


@dataclass(frozen=True, slots=True)
class Standing:
    """Who leads, how far they would go, and what everyone sees."""

    leader: str
    leader_max: int
    price: int


def buys_now(auction: Auction, bid: Bid) -> bool:
    """Whether the bid takes the open option to buy at once."""
    price = auction.terms.buy_now_price
    return price is not None and auction.buy_now_open and bid.max_amount >= price


def standing_after(auction: Auction, bid: Bid) -> Standing | Code:
    """The standing after a bid that does not buy at once, or why it is refused."""
    standing = (_by_proxy if auction.terms.proxy else _by_hand)(auction, bid)
    return standing if isinstance(standing, Code) else _lifted_to_reserve(auction, standing)


def _by_proxy(auction: Auction, bid: Bid) -> Standing | Code:
    """The bid is a maximum: the house bids for the bidder, no further than it has to."""
    offer, after = bid.max_amount, auction.terms.increments.after
    if auction.leader == bid.bidder:
        if offer <= auction.leader_max:
            return Code.ALREADY_LEADING
        return Standing(bid.bidder, offer, auction.price)
    if offer < auction.min_next:
        return Code.BID_TOO_LOW
    if auction.leader is None:
        return Standing(bid.bidder, offer, auction.min_next)
    if offer > auction.leader_max:
        # By less than a full step is enough, as on eBay: the maximum was secret.
        return Standing(bid.bidder, offer, min(offer, after(auction.leader_max)))
    # Of two equal maxima the earlier one leads, at that price.
    price = min(auction.leader_max, after(offer))
    return Standing(auction.leader, auction.leader_max, price)


def _by_hand(auction: Auction, bid: Bid) -> Standing | Code:
    """The bid is the price; the leader may raise it too."""
    if bid.max_amount < auction.min_next:
        return Code.BID_TOO_LOW
    return Standing(bid.bidder, bid.max_amount, bid.max_amount)


def _lifted_to_reserve(auction: Auction, standing: Standing) -> Standing:
    """Whoever would pay the reserve pays it: below, nothing is sold."""
    reserve = auction.terms.reserve_price or 0
    if standing.price < reserve <= standing.leader_max:
        return Standing(standing.leader, standing.leader_max, reserve)
    return standing
