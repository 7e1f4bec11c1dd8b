"""Bids and events as rows: added once each, never changed."""

from collections.abc import Sequence
from typing import Any, Final, Literal

from sqlalchemy import Select, exists, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.model.bids import Bid
from arena.apps.auctions.model.events import EventKind
from arena.apps.auctions.model.replaying import Retracted, Timed
from arena.apps.auctions.model.retracting import Accepted
from arena.apps.auctions.store.tables import AttemptTable, AuctionTable, BidTable, EventTable

TOGETHER: Final = 1_000
"""Bids that are read at once."""

Persisted = Literal["persisted", "already_persisted", "duplicate"]


async def insert_bid(session: AsyncSession, **row: Any) -> Persisted:
    """Add a bid, once.

    Returns:
        `persisted`; `already_persisted` where a bid of this id is there; `duplicate` where another
        bid has its number.
    """
    adding = upsert(BidTable).values(**row).on_conflict_do_nothing().returning(BidTable.seq)
    if (await session.scalar(adding)) is not None:
        return "persisted"
    same = select(BidTable.seq).where(
        BidTable.auction_id == row["auction_id"], BidTable.id == row["id"]
    )
    return "duplicate" if (await session.scalar(same)) is None else "already_persisted"


async def insert_event(session: AsyncSession, **row: Any) -> bool:
    """Add an event, once; False where it is there."""
    adding = upsert(EventTable).values(**row).on_conflict_do_nothing().returning(EventTable.seq)
    return (await session.scalar(adding)) is not None


async def insert_attempt(session: AsyncSession, **row: Any) -> None:
    """Add a bid that was refused."""
    await session.execute(insert(AttemptTable).values(**row))


async def timed_bids(session: AsyncSession, auction_id: str) -> list[Timed]:
    """Every accepted bid of an auction in the order in which they were accepted.

    Read part by part, so that others of the process have their turn between.
    """
    found: list[Timed] = []
    columns = (BidTable.id, BidTable.bidder, BidTable.offer, BidTable.at_ms, BidTable.seq)
    part = select(*columns).where(BidTable.auction_id == auction_id).order_by(BidTable.seq)
    while True:
        last = found[-1].seq if found else 0
        rows = (await session.execute(part.where(BidTable.seq > last).limit(TOGETHER))).all()
        found += [Timed(Bid(row.id, row.bidder, row.offer), row.at_ms, row.seq) for row in rows]
        if len(rows) < TOGETHER:
            return found


async def history_of(session: AsyncSession, auction_id: str) -> list[Timed | Retracted]:
    """Every accepted bid of an auction, and every one taken back, in the order of their numbers."""
    gone = [
        Retracted(row.facts["bid"], row.seq)
        for row in await session.execute(_retractions(auction_id))
    ]
    return sorted([*await timed_bids(session, auction_id), *gone], key=lambda each: each.seq)


async def kept_bids(session: AsyncSession, auction_id: str) -> dict[str, Accepted]:
    """Every accepted bid of an auction that is kept here, by its id."""
    timed = await timed_bids(session, auction_id)
    return {each.bid.id: Accepted(each.bid, each.seq) for each in timed}


async def retracted_bids(session: AsyncSession, auction_id: str) -> set[str]:
    """Ids of the bids of an auction that were taken back."""
    return {row.facts["bid"] for row in await session.execute(_retractions(auction_id))}


def _retractions(auction_id: str) -> Select[int, dict[str, str]]:
    return select(EventTable.seq, EventTable.facts).where(
        EventTable.auction_id == auction_id, EventTable.kind == EventKind.RETRACTED.value
    )


async def count_bids(session: AsyncSession, auction_id: str) -> int:
    """How many accepted bids of an auction are known here."""
    rows = select(func.count()).select_from(BidTable).where(BidTable.auction_id == auction_id)
    return (await session.scalar(rows)) or 0


async def last_seq(session: AsyncSession, auction_id: str) -> int:
    """Number of the last event of an auction that is known here; 0 where none is."""
    events = select(func.max(EventTable.seq)).where(EventTable.auction_id == auction_id)
    return (await session.scalar(events)) or 0


async def page_bids(
    session: AsyncSession, auction_id: str, *, before_seq: int | None, limit: int
) -> Sequence[BidTable]:
    """Bids of an auction, the newest first, from before a number."""
    page = select(BidTable).where(BidTable.auction_id == auction_id)
    if before_seq is not None:
        page = page.where(BidTable.seq < before_seq)
    return (await session.scalars(page.order_by(BidTable.seq.desc()).limit(limit))).all()


async def bids_of_user(
    session: AsyncSession, bidder: str, *, limit: int
) -> list[tuple[BidTable, str, bool]]:
    """What somebody bid anywhere, the newest first: each with its currency, and if it is gone."""
    gone = (
        exists()
        .where(EventTable.auction_id == BidTable.auction_id)
        .where(EventTable.kind == EventKind.RETRACTED.value)
        .where(EventTable.facts["bid"].astext == BidTable.id)
    )
    page = (
        select(BidTable, AuctionTable.currency, gone)
        .join(AuctionTable, AuctionTable.id == BidTable.auction_id)
        .where(BidTable.bidder == bidder)
        .order_by(BidTable.at_ms.desc())
        .limit(limit)
    )
    return [(row, currency, gone) for row, currency, gone in await session.execute(page)]
