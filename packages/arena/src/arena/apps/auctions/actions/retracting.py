"""To take a bid back that should never have been made: the house does, nobody else."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Final, Literal

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import find
from arena.apps.auctions.actions.restoring import restore
from arena.apps.auctions.errors import BidNotFound, Rushed, WrongStatus
from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.retracting import Accepted, Retraction, without
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.store.bids import kept_bids, retracted_bids
from arena.apps.auctions.store.held_bids import held_bids, held_retractions
from arena.apps.auctions.store.live import LiveStore

ATTEMPTS: Final = 5


async def retract(desk: Desk, auction_id: str, bid_id: str, reason: str) -> None:
    """Let a bid count no more while the auction is active; doing it twice does it once.

    The others are judged anew, and one atomic step lets that count, with the bids that came
    meanwhile: people bid on, and no step is longer for the number of bids. The history keeps the
    bid, and says what became of it.

    Args:
        desk: The stores.
        auction_id: The auction.
        bid_id: The bid.
        reason: Why; those who watch are told.

    Raises:
        AuctionNotFound: There is no such auction.
        BidNotFound: No bid of this id was accepted there.
        WrongStatus: It is not active.
        Rushed: Over a thousand bids came meanwhile, each time; nothing was done.
        DatabaseAway: PostgreSQL is away; nothing was done.
    """
    lot, said = await find(desk, auction_id), "MOVED"
    for _ in range(ATTEMPTS):
        said = await _take_back(desk, auction_id, bid_id, reason)
        if said == "" and await restore(desk, auction_id):
            said = "MOVED"
        if said != "MOVED":
            break
    if said == "MOVED":
        raise Rushed(auction_id)
    if said == "UNKNOWN":
        raise BidNotFound(auction_id, bid_id)
    if said not in ("RETRACTED", "KNOWN"):
        raise WrongStatus(auction_id, said or lot.auction.status, "rid of a bid")
    desk.relay.nudge(auction_id)


async def judge_without(
    live: LiveStore,
    auction_id: str,
    bid_id: str,
    kept: Mapping[str, Accepted],
    gone: Collection[str],
) -> Retraction | Literal["KNOWN", "UNKNOWN", ""] | Status:
    """What an auction would be without a bid, as of now; else why it is not taken back.

    Args:
        live: Where people bid.
        auction_id: The auction.
        bid_id: The bid.
        kept: The bids that are kept for good, by their ids: some may be held nowhere else.
        gone: Ids of those that are known there to be taken back.

    Returns:
        KNOWN where it was taken back before, UNKNOWN where there is none, the status of the auction
        where it is not active, "" where it is not held.
    """
    seen = await live.read(auction_id)
    if seen is None:
        return ""
    auction = seen.auction
    if auction.status is not Status.ACTIVE or seen.at_ms >= auction.end_at_ms:
        return Status.ENDED if auction.status is Status.ACTIVE else auction.status
    bids = {**await held_bids(live, auction_id), **kept}
    taken_back = {*gone, *await held_retractions(live, auction_id)}
    # What came after the reading may be among them, or not: the step has all of it.
    known = {each: bid for each, bid in bids.items() if bid.seq <= auction.seq}
    if bid_id in taken_back or bid_id not in known:
        return "KNOWN" if bid_id in taken_back else "UNKNOWN"
    taken_back.add(bid_id)
    kept_on = [each for each in known.values() if each.bid.id not in taken_back]
    # There may be any number of them, and people bid on in this process.
    left = await asyncio.to_thread(_left, auction, kept_on)
    return Retraction(known[bid_id].bid, auction.seq, left)


def _left(auction: Auction, bids: list[Accepted]) -> Auction:
    in_order = sorted(bids, key=lambda each: each.seq)
    return without(auction, (each.bid for each in in_order))


async def _take_back(desk: Desk, auction_id: str, bid_id: str, reason: str) -> str:
    async with desk.database.reading() as session:
        kept = await kept_bids(session, auction_id)
        gone = await retracted_bids(session, auction_id)
    judged = await judge_without(desk.live, auction_id, bid_id, kept, gone)
    if isinstance(judged, Retraction):
        return await desk.live.retract(auction_id, judged, reason)
    return judged
