"""To bid. Nothing here decides: the script does, and the queue only hears of it."""

import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import currency_of
from arena.apps.auctions.actions.restoring import restore
from arena.apps.auctions.actions.showing import Told
from arena.apps.auctions.errors import AuctionNotFound, InvalidTerms
from arena.apps.auctions.jobs import AttemptRow
from arena.apps.auctions.model.bids import Bid, Code
from arena.apps.auctions.store.live import Placed
from arena.base.money import CURRENCIES, Money

WORTH_KEEPING: Final = frozenset(
    {Code.SELLER_CANNOT_BID, Code.BIDDER_BLOCKED, Code.BID_TOO_LOW, Code.AUCTION_ENDED}
)
"""Refusals that tell something about a bidder or an end; what is merely too fast is not kept."""


async def offer(
    desk: Desk, auction_id: str, bid_id: str, bidder: str, most: str, origin: Mapping[str, str]
) -> Told:
    """Bid as people do, with an amount as text: what REST, sockets and pages have in common.

    Args:
        desk: The stores.
        auction_id: The auction.
        bid_id: A UUID, chosen where the bid was made: sent again it is the same bid.
        bidder: Who bids.
        most: How far they would go, in the currency of the auction, such as "7500.00".
        origin: Where it came from, for its row.

    Raises:
        AuctionNotFound: There is none, or it is a draft.
        InvalidTerms: The id of the bid is no UUID.
        InvalidAmount: The amount is none.
        OutcomeUnknown: It was not answered: bid again with the same id.
        Refused: It needs a deposit, and the bidder does not have as much.
    """
    currency = await currency_of(desk, auction_id)
    minor = Money.parse(most, CURRENCIES[currency]).amount
    bid = Bid(_written_in_one_way(bid_id), bidder, minor)
    placed = await place_bid(desk, auction_id, bid, json.dumps(origin))
    if placed.answer.code is Code.AUCTION_NOT_FOUND:
        raise AuctionNotFound(auction_id)
    return Told.of(auction_id, bid.id, placed, currency)


async def place_bid(desk: Desk, auction_id: str, bid: Bid, origin: str = "") -> Placed:
    """Place a bid. The same bid again, by its id, is told the same and counts once.

    An accepted bid is safe when this returns: it is on the server of the jobs together with the
    note that it is to be kept, and needs neither this process nor PostgreSQL any more.

    Args:
        desk: The stores.
        auction_id: The auction.
        bid: The bid.
        origin: Where it came from, for its row: JSON.

    Raises:
        OutcomeUnknown: It was not answered: place the same bid again.
        Refused: It needs a deposit, and the bidder does not have as much.
    """
    placed = await desk.live.place(auction_id, bid, origin)
    if placed.answer.code is Code.AUCTION_NOT_FOUND and await restore(desk, auction_id):
        placed = await desk.live.place(auction_id, bid, origin)
    if placed.answer.code is Code.DEPOSIT_REQUIRED:
        await desk.deposits.hold(auction_id, bid.bidder)
        await desk.live.note_deposit(auction_id, bid.bidder)
        placed = await desk.live.place(auction_id, bid, origin)
    if placed.answer.accepted:
        desk.relay.nudge(auction_id)
    elif placed.answer.code in WORTH_KEEPING:
        await desk.jobs.record_attempt(_attempt(auction_id, bid, origin, placed))
    return placed


def _written_in_one_way(bid_id: str) -> str:
    try:
        return str(UUID(bid_id))
    except ValueError:
        raise InvalidTerms("bidId", "must be a UUID of your own, one for each bid") from None


def _attempt(auction_id: str, bid: Bid, origin: str, placed: Placed) -> AttemptRow:
    return AttemptRow(
        auction_id=auction_id,
        bid_id=bid.id,
        bidder_id=bid.bidder,
        amount=bid.max_amount,
        code=placed.answer.code.value,
        bid_time=placed.at_ms,
        origin=origin,
    )
