"""To bid. Nothing here decides: the script does, and the queue only hears of it."""

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.restoring import restore
from arena.apps.auctions.model.bids import Bid, Code
from arena.apps.auctions.store.live import Placed


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
    return placed
