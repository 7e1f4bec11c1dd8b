"""To look at auctions: the live ones on the server of the bids, others in PostgreSQL."""

from collections.abc import Container, Sequence
from contextlib import suppress

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.restoring import restore
from arena.apps.auctions.actions.showing import Item, MadeBid, PastBid
from arena.apps.auctions.errors import AuctionNotFound
from arena.apps.auctions.model.events import Event, EventKind
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import LIVE, Status
from arena.apps.auctions.store.bids import page_bids, retracted_bids
from arena.apps.auctions.store.images import images_of
from arena.apps.auctions.store.live import Seen
from arena.apps.auctions.store.lots import find_lot, list_lots
from arena.base.db import DatabaseAway


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
    async with desk.database.reading() as session:
        images = await images_of(session, [lot.id])
    return Item.of(lot, await stands_now(desk, lot), viewer, images[lot.id])


async def stands_now(desk: Desk, lot: Lot) -> Seen:
    """How an auction stands: as the server of the bids has it, where it is live."""
    live = await desk.live.read(lot.id) if lot.auction.status in LIVE else None
    return live or Seen(lot.id, lot.auction, lot.description.currency, desk.clock())


async def lots_now(
    desk: Desk, status: Status | None, category: str | None, *, limit: int, offset: int
) -> tuple[list[tuple[Lot, Seen]], int]:
    """A page of published auctions as they stand, the first to end first; how many there are."""
    async with desk.database.reading() as session:
        lots, total = await list_lots(
            session, status=status, category=category, limit=limit, offset=offset
        )
    return [(lot, await stands_now(desk, lot)) for lot in lots], total


async def page(
    desk: Desk, status: Status | None, category: str | None, *, limit: int, offset: int,
    viewer: str | None,
) -> tuple[list[Item], int]:  # fmt: skip
    """The same, as somebody may see it."""
    lots, total = await lots_now(desk, status, category, limit=limit, offset=offset)
    return await as_items(desk, lots, viewer), total


async def as_items(desk: Desk, lots: Sequence[tuple[Lot, Seen]], viewer: str | None) -> list[Item]:
    """Auctions as somebody may see them."""
    async with desk.database.reading() as session:
        images = await images_of(session, [lot.id for lot, _ in lots])
    return [Item.of(lot, seen, viewer, images[lot.id]) for lot, seen in lots]


async def history(
    desk: Desk, auction_id: str, *, before_seq: int | None, limit: int, viewer: str | None
) -> list[PastBid]:
    """The bids of an auction that have reached PostgreSQL, the newest first."""
    lot = await find(desk, auction_id)
    async with desk.database.reading() as session:
        rows = await page_bids(session, auction_id, before_seq=before_seq, limit=limit)
        gone = await retracted_bids(session, auction_id)
    currency = lot.description.currency
    made = [MadeBid.of(row, retracted=row.id in gone) for row in rows]
    return [PastBid.of(each, currency, viewer) for each in made]


async def newest_bids(desk: Desk, seen: Seen, limit: int) -> Sequence[MadeBid]:
    """The newest bids of an auction first, also those that have not reached PostgreSQL yet.

    Where PostgreSQL is away these are those of the server of the bids alone.
    """
    events = await desk.live.events(seen.id, max(1, seen.auction.seq - limit + 1), limit)
    gone = {event.facts["bid"] for event in events if event.kind is EventKind.RETRACTED}
    live = [_made(event, gone) for event in reversed(events) if event.kind is EventKind.BID]
    before = live[-1].seq if live else None
    if len(live) < min(limit, seen.auction.bid_count):
        with suppress(DatabaseAway):
            async with desk.database.reading() as session:
                rows = await page_bids(session, seen.id, before_seq=before, limit=limit - len(live))
                gone |= await retracted_bids(session, seen.id)
            live += [MadeBid.of(row, retracted=row.id in gone) for row in rows]
    return live


def _made(event: Event, gone: Container[str]) -> MadeBid:
    facts = event.facts
    return MadeBid(
        auction_id=event.auction_id,
        seq=event.seq,
        bidder=facts["bidder"],
        kind=facts["bid_kind"],
        offer=event.number("offer"),
        price=event.number("price"),
        at_ms=event.at_ms,
        retracted=facts["bid"] in gone,
    )
