"""To take a bid back that should never have been made: the house does, nobody else."""

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import find
from arena.apps.auctions.actions.restoring import restore
from arena.apps.auctions.errors import BidNotFound, WrongStatus
from arena.apps.auctions.store.bids import kept_bids, retracted_bids


async def retract(desk: Desk, auction_id: str, bid_id: str, reason: str) -> None:
    """Let a bid count no more while the auction is active; doing it twice does it once.

    One atomic step judges the others anew. The history keeps the bid, and says what became of it.

    Args:
        desk: The stores.
        auction_id: The auction.
        bid_id: The bid.
        reason: Why; those who watch are told.

    Raises:
        AuctionNotFound: There is no such auction.
        BidNotFound: No bid of this id was accepted there.
        WrongStatus: It is not active.
        DatabaseAway: PostgreSQL is away; nothing was done.
    """
    lot = await find(desk, auction_id)
    async with desk.database.reading() as session:
        kept = await kept_bids(session, auction_id)
        gone = await retracted_bids(session, auction_id)
    said = await desk.live.retract(auction_id, bid_id, reason, kept, gone)
    if said == "" and await restore(desk, auction_id):
        said = await desk.live.retract(auction_id, bid_id, reason, kept, gone)
    if said == "UNKNOWN":
        raise BidNotFound(auction_id, bid_id)
    if said not in ("RETRACTED", "KNOWN"):
        raise WrongStatus(auction_id, said or lot.auction.status, "rid of a bid")
    desk.relay.nudge(auction_id)
