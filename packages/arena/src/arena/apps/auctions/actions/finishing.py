"""The end of an auction: once, at the end that it has by then, and with all that follows."""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.following_up import NotYet, moment
from arena.apps.auctions.actions.restoring import restore
from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import LIVE, Outcome
from arena.apps.auctions.store.invoices import insert_invoice
from arena.apps.auctions.store.live import SLOTS
from arena.apps.auctions.store.lots import end_lot, find_lot, overdue_lots
from arena.base.money import basis_points

LATE_MS = 2_000


async def finish(desk: Desk, auction_id: str) -> Outcome | NotYet | Literal["unknown"]:
    """End an auction if its end has come, and note down everything that follows.

    Whatever part of it was done before is not done again, so it may be repeated at any time.

    Raises:
        DatabaseAway: PostgreSQL is away; repeat it.
    """
    told = await desk.live.finish(auction_id)
    if told is None and await restore(desk, auction_id):
        told = await desk.live.finish(auction_id)
    if told is None:
        return await _known_outcome(desk, auction_id)
    status, end_at_ms, at_ms = told
    if status in LIVE:
        return NotYet(end_at_ms - at_ms)
    desk.relay.nudge(auction_id)
    seen = await desk.live.read(auction_id)
    assert seen is not None
    lot = await desk.database.run(lambda session: _note_down(session, auction_id, seen.auction))
    if lot is not None:
        await desk.deposits.settle(lot)
        await desk.jobs.tell_outcome(auction_id)
    assert seen.auction.outcome is not None
    return seen.auction.outcome


async def sweep(desk: Desk) -> int:
    """Bring on what was left behind, and end what should have ended; how much there was.

    Raises:
        DatabaseAway: PostgreSQL is away; all that does not need it was done.
    """
    found = await desk.relay.bring_all()
    late = {each for slot in SLOTS for each in await desk.live.overdue(slot, LATE_MS)}
    await _finish_now(desk, late)
    # Those that only PostgreSQL knows: the server that had them was lost.
    async with desk.database.reading() as session:
        lost = set(await overdue_lots(session, desk.clock() - LATE_MS, 1_000)) - late
    await _finish_now(desk, lost)
    return found + len(late) + len(lost)


async def _finish_now(desk: Desk, auction_ids: set[str]) -> None:
    for auction_id in sorted(auction_ids):
        await desk.jobs.finish_at(auction_id, moment(desk.clock()))


async def _note_down(session: AsyncSession, auction_id: str, auction: Auction) -> Lot | None:
    """The row and the invoice, in one transaction; the lot as it came out."""
    lot = await find_lot(session, auction_id, lock=True)
    if lot is None:
        return None
    await end_lot(session, auction_id, auction)
    ended = Lot(lot.id, lot.description, auction)
    if auction.winner is not None:
        words = lot.description
        await insert_invoice(
            session,
            auction_id=lot.id,
            winner=auction.winner,
            currency=words.currency,
            hammer_price=auction.price,
            premium=basis_points(auction.price, words.premium_bps),
            deposit=words.deposit,
            status="open",
            created_ms=auction.end_at_ms,
        )
    return ended


async def _known_outcome(desk: Desk, auction_id: str) -> Outcome | Literal["unknown"]:
    async with desk.database.reading() as session:
        lot = await find_lot(session, auction_id)
    return (lot and lot.auction.outcome) or "unknown"
