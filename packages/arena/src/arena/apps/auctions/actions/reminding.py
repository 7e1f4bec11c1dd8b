"""Who is to hear of what: of a higher bid, and of the end before it and after it."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.following_up import SOON_MS, NotYet
from arena.apps.auctions.actions.notices import Occasion
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import LIVE, Outcome, Status
from arena.apps.auctions.store.bids import count_bids
from arena.apps.auctions.store.lots import find_lot
from arena.apps.auctions.store.people import bidders_of, watchers_of

LOOK_AGAIN_MS: Final = 1_000
MOST_PATIENCE_MS: Final = 3_600_000
"""So long after the end its last bids are waited for; then whoever is known is told."""


async def tell_outbid(desk: Desk, auction_id: str, seq: int, bidder: str) -> bool:
    """Tell somebody that another leads; False where that is old news.

    Who leads again need not know, and of an auction that is over the outcome is told.

    Raises:
        DatabaseAway: PostgreSQL is away.
    """
    seen = await desk.live.read(auction_id)
    if seen is None or seen.auction.status is not Status.ACTIVE or seen.auction.leader == bidder:
        return False
    async with desk.database.reading() as session:
        lot = await find_lot(session, auction_id)
    if lot is None:
        return False
    now = replace(lot, auction=seen.auction)
    await desk.notices.tell("outbid", now, [bidder], f"outbid-{auction_id}-{seq}")
    return True


async def remind_watchers(desk: Desk, auction_id: str) -> int | NotYet:
    """Tell watchers that the end is near; how many there are. 0 where it is over.

    Raises:
        DatabaseAway: PostgreSQL is away.
    """
    seen = await desk.live.read(auction_id)
    if seen is None or seen.auction.status not in LIVE:
        return 0
    early_ms = seen.auction.end_at_ms - seen.at_ms - SOON_MS
    if early_ms > 0:
        return NotYet(early_ms)
    async with desk.database.reading() as session:
        lot = await find_lot(session, auction_id)
        watchers = await watchers_of(session, auction_id)
    if lot is not None:
        await desk.notices.tell("ending-soon", lot, watchers, f"ending-soon-{auction_id}")
    return len(watchers)


async def tell_outcome(desk: Desk, auction_id: str) -> bool | NotYet:
    """Tell seller, winner, the other bidders and watchers how an auction came out.

    Not before all of its bids have reached PostgreSQL: who made the last ones shall hear of it.

    Raises:
        DatabaseAway: PostgreSQL is away.
    """
    async with desk.database.reading() as session:
        lot = await find_lot(session, auction_id)
        if lot is None or lot.auction.outcome is None:
            return False
        missing = lot.auction.bid_count - await count_bids(session, auction_id)
        bidders = set(await bidders_of(session, auction_id))
        watchers = set(await watchers_of(session, auction_id))
    if missing > 0 and desk.clock() < lot.auction.end_at_ms + MOST_PATIENCE_MS:
        return NotYet(LOOK_AGAIN_MS)
    for occasion, people in _told(lot, bidders, watchers).items():
        await _tell(desk, occasion, lot, people)
    return True


def _told(lot: Lot, bidders: set[str], watchers: set[str]) -> dict[Occasion, set[str]]:
    auction, seller = lot.auction, {lot.auction.terms.seller}
    if auction.outcome is Outcome.CANCELLED:
        return {"cancelled": bidders | watchers | seller}
    winner = set() if auction.winner is None else {auction.winner}
    return {
        "won": winner,
        "sold" if winner else "not-sold": seller,
        "lost": (bidders | watchers) - winner,
    }


async def _tell(desk: Desk, occasion: Occasion, lot: Lot, people: Collection[str]) -> None:
    if people:
        await desk.notices.tell(occasion, lot, people, f"{occasion}-{lot.id}")
