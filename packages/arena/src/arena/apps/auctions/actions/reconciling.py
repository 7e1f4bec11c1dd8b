"""Whether what is stored of ended auctions is what their bids say."""

import asyncio
from dataclasses import dataclass
from typing import Final

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.replaying import replay
from arena.apps.auctions.store.bids import history_of
from arena.apps.auctions.store.lots import ended_lots

PAGE: Final = 200
DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Difference:
    """An auction whose row is not what its bids make of it."""

    auction_id: str
    field: str
    stored: object
    replayed: object


async def reconcile(desk: Desk, *, days: int = 2) -> list[Difference]:
    """Replay the bids of auctions that ended lately, and compare.

    Args:
        desk: The stores.
        days: How far back. Defaults to two, so that no night is missed when one run is.

    Raises:
        DatabaseAway: PostgreSQL is away.
    """
    found: list[Difference] = []
    after, since_ms = "", desk.clock() - days * DAY_MS
    while True:
        async with desk.database.reading() as session:
            lots = await ended_lots(session, since_ms, after, PAGE)
            for lot in lots:
                history = await history_of(session, lot.id)
                again = await asyncio.to_thread(replay, lot.auction.terms, history)
                found += _differences(lot.id, lot.auction, again.auction)
        if not lots:
            return found
        after = lots[-1].id


def _differences(auction_id: str, stored: Auction, again: Auction) -> list[Difference]:
    fields = ("price", "leader", "leader_max", "bid_count", "extensions")
    return [
        Difference(auction_id, field, getattr(stored, field), getattr(again, field))
        for field in fields
        if getattr(stored, field) != getattr(again, field)
    ]
