"""To look at auctions: the live ones on the server of the bids, others in PostgreSQL."""

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.restoring import restore
from arena.apps.auctions.actions.showing import Item, PastBid
from arena.apps.auctions.errors import AuctionNotFound
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import LIVE, Status
from arena.apps.auctions.store.bids import page_bids
from arena.apps.auctions.store.live import Seen
from arena.apps.auctions.store.lots import find_lot, list_lots


async def see(desk: Desk, auction_id: str) -> Seen:
    """How an auction stands now. Needs PostgreSQL only where the auction is not live.

    Raises:
        AuctionNotFound: There is none, or it is a draft.
        DatabaseAway: It is not live, and PostgreSQL is away.
    """
    seen = await desk.live.read(auction_id)
    if seen is None:
        lot = await find(desk, auction_id)
        if lot.auction.status in LIVE and await restore(desk, auction_id):
            seen = await desk.live.read(auction_id)
        if seen is None:
            seen = Seen(auction_id, lot.auction, lot.description.currency, desk.clock())
    if seen.auction.status is Status.DRAFT:
        raise AuctionNotFound(auction_id)
    return seen


async def currency_of(desk: Desk, auction_id: str) -> str:
    """The currency of the amounts of an auction. Mostly asks nobody.

    Raises:
        AuctionNotFound: There is none, or it is a draft.
        DatabaseAway: It is not live, and PostgreSQL is away.
    """
    return await desk.live.currency(auction_id) or (await see(desk, auction_id)).currency


async def find(desk: Desk, auction_id: str) -> Lot:
    """An auction as PostgreSQL has it.

    Raises:
        AuctionNotFound: There is none.
        DatabaseAway: PostgreSQL is away.
    """
    async with desk.database.reading() as session:
        lot = await find_lot(session, auction_id)
    if lot is None:
        raise AuctionNotFound(auction_id)
    return lot


async def show(desk: Desk, lot: Lot, viewer: str | None) -> Item:
    """An auction as somebody may see it, with how it stands now."""
    live = await desk.live.read(lot.id) if lot.auction.status in LIVE else None
    stored = Seen(lot.id, lot.auction, lot.description.currency, desk.clock())
    return Item.of(lot, live or stored, viewer)


async def page(
    desk: Desk, status: Status | None, category: str | None, *, limit: int, offset: int,
    viewer: str | None,
) -> tuple[list[Item], int]:  # fmt: skip
    """A page of published auctions, those that end first at its beginning; how many there are."""
    async with desk.database.reading() as session:
        lots, total = await list_lots(
            session, status=status, category=category, limit=limit, offset=offset
        )
    return [await show(desk, lot, viewer) for lot in lots], total


async def history(
    desk: Desk, auction_id: str, *, before_seq: int | None, limit: int, viewer: str | None
) -> list[PastBid]:
    """The bids of an auction that have reached PostgreSQL, the newest first."""
    lot = await find(desk, auction_id)
    async with desk.database.reading() as session:
        rows = await page_bids(session, auction_id, before_seq=before_seq, limit=limit)
    return [PastBid.of(row, lot.description.currency, viewer) for row in rows]
