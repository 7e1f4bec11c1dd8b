"""What is somebody's own: auctions that they watch or sell, bids that they made."""

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import stands_now
from arena.apps.auctions.actions.showing import MadeBid, PastBid
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.store.bids import bids_of_user
from arena.apps.auctions.store.live import Seen
from arena.apps.auctions.store.lots import lots_of_seller, lots_watched_by
from arena.apps.auctions.store.people import unwatch, watch, watches


async def start_watching(desk: Desk, user_id: str, auction_id: str) -> None:
    """Let somebody hear of an auction that exists; once is enough."""
    async with desk.database.transaction() as session:
        await watch(session, user_id, auction_id, desk.clock())


async def stop_watching(desk: Desk, user_id: str, auction_id: str) -> None:
    """Let somebody hear of it no longer."""
    async with desk.database.transaction() as session:
        await unwatch(session, user_id, auction_id)


async def is_watching(desk: Desk, user_id: str, auction_id: str) -> bool:
    """Whether somebody hears of an auction."""
    async with desk.database.reading() as session:
        return await watches(session, user_id, auction_id)


async def watched(
    desk: Desk, user_id: str, *, limit: int, offset: int
) -> tuple[list[tuple[Lot, Seen]], int]:
    """A page of what somebody watches as it stands, the newest watch first; how many there are."""
    async with desk.database.reading() as session:
        lots, total = await lots_watched_by(session, user_id, limit=limit, offset=offset)
    return [(lot, await stands_now(desk, lot)) for lot in lots], total


async def selling(
    desk: Desk, user_id: str, *, limit: int, offset: int
) -> tuple[list[tuple[Lot, Seen]], int]:
    """The same of somebody's own auctions, drafts too, those that end last first."""
    async with desk.database.reading() as session:
        lots, total = await lots_of_seller(session, user_id, limit=limit, offset=offset)
    return [(lot, await stands_now(desk, lot)) for lot in lots], total


async def my_bids(desk: Desk, user_id: str, *, limit: int) -> list[PastBid]:
    """What somebody bid anywhere, the newest first."""
    async with desk.database.reading() as session:
        rows = await bids_of_user(session, user_id, limit=limit)
    made = [(MadeBid.of(row, retracted=gone), currency) for row, currency, gone in rows]
    return [PastBid.of(bid, currency, user_id) for bid, currency in made]
