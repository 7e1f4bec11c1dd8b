"""From draft to the moment from which people may bid, and back out of it."""

from collections.abc import Sequence

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.restoring import restore
from arena.apps.auctions.errors import AuctionNotFound, WrongStatus
from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.images import check_images
from arena.apps.auctions.model.lots import Description, Lot
from arena.apps.auctions.model.states import LIVE, Status
from arena.apps.auctions.model.terms import Terms
from arena.apps.auctions.store.images import put_images
from arena.apps.auctions.store.lots import change_lot, find_lot, insert_lot, move_status


async def draft(
    desk: Desk, auction_id: str, description: Description, terms: Terms, images: Sequence[str] = ()
) -> Lot:
    """Add an auction that only its seller sees.

    Raises:
        InvalidTerms: It asks for a deposit that is not taken here, or a picture has no address.
    """
    lot = Lot(auction_id, description, Auction.on(terms, Status.DRAFT))
    desk.deposits.check(lot)
    async with desk.database.transaction() as session:
        await insert_lot(session, lot)
        await put_images(session, auction_id, check_images(images))
    return lot


async def change(
    desk: Desk,
    auction_id: str,
    description: Description,
    terms: Terms,
    images: Sequence[str] | None = None,
) -> Lot:
    """Put other words, terms and pictures in the place of those of a draft.

    Args:
        desk: The stores.
        auction_id: The draft.
        description: All the words.
        terms: All the terms.
        images: All the pictures. Defaults to None: they stay.

    Raises:
        AuctionNotFound: There is none.
        WrongStatus: It is no draft any more: people may have seen it.
        InvalidTerms: It asks for a deposit that is not taken here, or a picture has no address.
    """
    lot = Lot(auction_id, description, Auction.on(terms, Status.DRAFT))
    desk.deposits.check(lot)
    async with desk.database.transaction() as session:
        known = await find_lot(session, auction_id, lock=True)
        if known is None:
            raise AuctionNotFound(auction_id)
        if known.auction.status is not Status.DRAFT:
            raise WrongStatus(auction_id, known.auction.status, "changed")
        await change_lot(session, lot)
        if images is not None:
            await put_images(session, auction_id, check_images(images))
    return lot


async def publish(desk: Desk, auction_id: str) -> None:
    """Let an auction be seen, and bid on from its start. Doing it twice does it once.

    Raises:
        AuctionNotFound: There is none.
        WrongStatus: It is over.
    """
    async with desk.database.transaction() as session:
        lot = await find_lot(session, auction_id, lock=True)
        if lot is None:
            raise AuctionNotFound(auction_id)
        moved = await move_status(session, auction_id, [Status.DRAFT], Status.SCHEDULED)
    if not moved and lot.auction.status not in LIVE:
        raise WrongStatus(auction_id, lot.auction.status, "published")
    # Should this process die here: the next bid, the sweep, or a start of a worker does the rest.
    await restore(desk, auction_id)


async def cancel(desk: Desk, auction_id: str, reason: str) -> None:
    """Call an auction off; its bids are void. Doing it twice does it once.

    Raises:
        AuctionNotFound: There is none.
        WrongStatus: It has ended.
    """
    async with desk.database.transaction() as session:
        lot = await find_lot(session, auction_id)
        if lot is None:
            raise AuctionNotFound(auction_id)
        await move_status(session, auction_id, [Status.DRAFT], Status.CANCELLED)
    if lot.auction.status is Status.DRAFT:
        return
    status = await desk.live.cancel(auction_id, reason)
    if status is None and await restore(desk, auction_id):
        status = await desk.live.cancel(auction_id, reason)
    if status is Status.ENDED or (status is None and lot.auction.status is Status.ENDED):
        raise WrongStatus(auction_id, Status.ENDED, "called off")
    desk.relay.nudge(auction_id)
