"""To bid. Nothing here decides: the script does, and the queue only hears of it."""

from typing import Final

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.restoring import restore
from arena.apps.auctions.jobs import AttemptRow
from arena.apps.auctions.model.bids import Bid, Code
from arena.apps.auctions.store.live import Placed

WORTH_KEEPING: Final = frozenset(
    {Code.SELLER_CANNOT_BID, Code.BIDDER_BLOCKED, Code.BID_TOO_LOW, Code.AUCTION_ENDED}
)
"""Refusals that tell something about a bidder or an end; what is merely too fast is not kept."""


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
