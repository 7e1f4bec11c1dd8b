"""To keep somebody from bidding on an auction."""

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import find
from arena.apps.auctions.store.people import block_bidder


async def block(desk: Desk, auction_id: str, bidder: str) -> None:
    """Let somebody bid no more on an auction; bids that they made stay.

    Raises:
        AuctionNotFound: There is none.
        DatabaseAway: PostgreSQL is away; nothing was done.
    """
    await find(desk, auction_id)
    async with desk.database.transaction() as session:
        await block_bidder(session, auction_id, bidder)
    # After the row: should this process die in between, the next rebuild has it.
    await desk.live.block(auction_id, bidder)
