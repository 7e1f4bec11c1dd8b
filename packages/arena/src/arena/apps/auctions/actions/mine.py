"""What is somebody's own: auctions that they watch, bids that they made."""

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.showing import MadeBid, PastBid
from arena.apps.auctions.store.bids import bids_of_user
from arena.apps.auctions.store.people import unwatch, watch


async def start_watching(desk: Desk, user_id: str, auction_id: str) -> None:
    """Let somebody hear of an auction that exists; once is enough."""
    async with desk.database.transaction() as session:
        await watch(session, user_id, auction_id, desk.clock())


async def stop_watching(desk: Desk, user_id: str, auction_id: str) -> None:
    """Let somebody hear of it no longer."""
    async with desk.database.transaction() as session:
        await unwatch(session, user_id, auction_id)


async def my_bids(desk: Desk, user_id: str, *, limit: int) -> list[PastBid]:
    """What somebody bid anywhere, the newest first."""
    async with desk.database.reading() as session:
        rows = await bids_of_user(session, user_id, limit=limit)
    made = [(MadeBid.of(row, retracted=gone), currency) for row, currency, gone in rows]
    return [PastBid.of(bid, currency, user_id) for bid, currency in made]
