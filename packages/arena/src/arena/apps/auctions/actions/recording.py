"""What happened, into PostgreSQL: each thing once, and never an older one over a newer one."""

from typing import Literal

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.jobs import AttemptRow, AuctionUpdate, BidRow, EventRow
from arena.apps.auctions.model.events import EventKind
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.store.bids import (
    Persisted,
    insert_attempt,
    insert_bid,
    insert_event,
)
from arena.apps.auctions.store.lots import apply_state, move_status


async def keep_bid(desk: Desk, row: BidRow) -> Persisted:
    """Keep an accepted bid and its event.

    Returns:
        `persisted`; `already_persisted` where the bid is there; `duplicate` where its number is
        another bid's. All are success.

    Raises:
        DatabaseAway: PostgreSQL is away; it may be kept or not.
    """
    async with desk.database.transaction() as session:
        persisted = await insert_bid(
            session,
            auction_id=row.auction_id,
            id=row.bid_id,
            seq=row.seq,
            bidder=row.bidder_id,
            kind=row.kind,
            offer=row.amount,
            price=row.price,
            leader=row.leader_id,
            price_before=row.previous_bid,
            leader_before=row.previous_leader or None,
            at_ms=row.bid_time,
            origin=row.origin,
        )
        if persisted == "persisted":
            facts = {"bid": row.bid_id, "price": str(row.price), "leader": row.leader_id}
            await insert_event(
                session,
                auction_id=row.auction_id,
                seq=row.seq,
                kind=EventKind.BID.value,
                at_ms=row.bid_time,
                facts=facts,
            )
    return persisted


async def keep_attempt(desk: Desk, row: AttemptRow) -> None:
    """Keep a refused bid; a job that runs twice may keep it twice.

    Raises:
        DatabaseAway: PostgreSQL is away.
    """
    async with desk.database.transaction() as session:
        await insert_attempt(
            session,
            auction_id=row.auction_id,
            bid_id=row.bid_id,
            bidder=row.bidder_id,
            offer=row.amount,
            code=row.code,
            at_ms=row.bid_time,
            origin=row.origin,
        )


async def keep_event(desk: Desk, row: EventRow) -> Literal["persisted", "already_persisted"]:
    """Keep an event that is no bid.

    Raises:
        DatabaseAway: PostgreSQL is away; it may be kept or not.
    """
    async with desk.database.transaction() as session:
        added = await insert_event(
            session,
            auction_id=row.auction_id,
            seq=row.seq,
            kind=row.kind,
            at_ms=row.at,
            facts=row.facts,
        )
        if row.kind == EventKind.STARTED:
            await move_status(session, row.auction_id, [Status.SCHEDULED], Status.ACTIVE)
    return "persisted" if added else "already_persisted"


async def update_auction(desk: Desk, update: AuctionUpdate) -> Literal["updated", "newer_known"]:
    """Bring the row of an auction up to an event, unless it has a newer one.

    Raises:
        DatabaseAway: PostgreSQL is away.
    """
    async with desk.database.transaction() as session:
        applied = await apply_state(
            session,
            update.auction_id,
            status=Status.ACTIVE.value,
            seq=update.seq,
            price=update.current_bid,
            leader=update.highest_bidder_id or None,
            leader_max=update.highest_max,
            bid_count=update.total_bids,
            end_at_ms=update.end_time,
            extensions=update.extensions,
        )
    return "updated" if applied else "newer_known"
