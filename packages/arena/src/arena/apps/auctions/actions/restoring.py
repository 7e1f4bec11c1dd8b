"""From PostgreSQL back to the server where people bid, whatever was lost there."""

import asyncio
from dataclasses import replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.following_up import SOON_MS, moment
from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.replaying import replay
from arena.apps.auctions.model.states import LIVE
from arena.apps.auctions.store.bids import history_of, last_seq
from arena.apps.auctions.store.lots import find_lot, live_lots
from arena.apps.auctions.store.people import blocked_bidders

PAGE: Final = 500

SEQ_GAP: Final = 1_000_000
"""Numbers that are left out when an auction comes back: events that were lost had some of them, and
whoever saw those sees the gap and looks anew."""


async def restore(desk: Desk, auction_id: str) -> bool:
    """Hold an auction again that the server does not know; False where it is over or there is none.

    Bids that had not reached PostgreSQL are lost with the server that had them.

    Raises:
        DatabaseAway: PostgreSQL is away.
    """
    async with desk.database.reading() as session:
        lot = await find_lot(session, auction_id)
        if lot is None or lot.auction.status not in LIVE:
            return False
        auction = await _replayed(session, lot)
        blocked = await blocked_bidders(session, auction_id)
    words = lot.description
    await desk.live.open(
        auction_id,
        auction,
        currency=words.currency,
        deposit=words.deposit > 0,
        blocked=blocked,
    )
    await plan(desk, replace(lot, auction=auction))
    return True


async def load(desk: Desk) -> int:
    """Hold every auction that is scheduled or active, where it is not held; how many there are.

    Raises:
        DatabaseAway: PostgreSQL is away.
    """
    count, after = 0, ""
    while True:
        async with desk.database.reading() as session:
            lots = await live_lots(session, after, PAGE)
        for lot in lots:
            if await desk.live.read(lot.id) is None:
                await restore(desk, lot.id)
        if not lots:
            return count
        count, after = count + len(lots), lots[-1].id


async def plan(desk: Desk, lot: Lot) -> None:
    """Let an auction start and end at its times."""
    terms = lot.auction.terms
    await desk.jobs.start_at(lot.id, moment(terms.start_at_ms))
    await desk.jobs.finish_at(lot.id, moment(lot.auction.end_at_ms))
    await desk.jobs.remind_at(lot.id, moment(lot.auction.end_at_ms - SOON_MS))


async def _replayed(session: AsyncSession, lot: Lot) -> Auction:
    history = await history_of(session, lot.id)
    # There may be any number of bids, and people bid on other auctions in this process.
    auction = (await asyncio.to_thread(replay, lot.auction.terms, history)).auction
    seq = max(await last_seq(session, lot.id), lot.auction.seq, auction.seq)
    # Without a bid the row knows best whether it has started.
    status = auction.status if auction.bid_count else lot.auction.status
    return replace(auction, status=status, seq=seq + SEQ_GAP if seq else 0)
