"""Auctions as rows: what was declared, and how they stood after their last recorded event."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.lots import Description, Lot
from arena.apps.auctions.model.soft_close import Mode, SoftClose
from arena.apps.auctions.model.states import LIVE, Outcome, Status
from arena.apps.auctions.model.terms import Terms
from arena.apps.auctions.store.tables import AuctionTable, WatchTable

if TYPE_CHECKING:
    from sqlalchemy.engine import CursorResult

_IS_LIVE = AuctionTable.status.in_([status.value for status in LIVE])


async def insert_lot(session: AsyncSession, lot: Lot) -> None:
    """Add an auction."""
    values = {"id": lot.id, **asdict(lot.description), **_terms(lot.auction.terms)}
    await session.execute(insert(AuctionTable).values(**values, **_state(lot.auction)))


async def change_lot(session: AsyncSession, lot: Lot) -> None:
    """Put other words, terms and state in the place of those of an auction."""
    values = {**asdict(lot.description), **_terms(lot.auction.terms), **_state(lot.auction)}
    await session.execute(update(AuctionTable).where(AuctionTable.id == lot.id).values(**values))


async def find_lot(session: AsyncSession, auction_id: str, *, lock: bool = False) -> Lot | None:
    """An auction; with `lock`, nobody else changes its row until the transaction is over."""
    return await session.run_sync(
        lambda plain: _lot_of(plain.get(AuctionTable, auction_id, with_for_update=lock or None))
    )


async def list_lots(
    session: AsyncSession,
    *,
    status: Status | None,
    category: str | None,
    limit: int,
    offset: int,
) -> tuple[list[Lot], int]:
    """A page of auctions, those that end first at its beginning, and how many there are in all."""
    wanted = [
        condition
        for condition in (
            None if status is None else AuctionTable.status == status.value,
            None if category is None else AuctionTable.category == category,
        )
        if condition is not None
    ]
    found = select(AuctionTable).where(*wanted)
    return await _page(session, found, (AuctionTable.end_at_ms,), limit, offset)


async def lots_of_seller(
    session: AsyncSession, seller: str, *, limit: int, offset: int
) -> tuple[list[Lot], int]:
    """The same of somebody's own auctions, drafts too, those that end last at its beginning."""
    own = select(AuctionTable).where(AuctionTable.seller == seller)
    return await _page(session, own, (AuctionTable.end_at_ms.desc(),), limit, offset)


async def lots_watched_by(
    session: AsyncSession, user_id: str, *, limit: int, offset: int
) -> tuple[list[Lot], int]:
    """The same of the auctions that somebody watches, the newest watch first."""
    watched = (
        select(AuctionTable)
        .join(WatchTable, WatchTable.auction_id == AuctionTable.id)
        .where(WatchTable.user_id == user_id, AuctionTable.status != Status.DRAFT.value)
    )
    return await _page(session, watched, (WatchTable.since_ms.desc(),), limit, offset)


async def _page(
    session: AsyncSession,
    found: Select[AuctionTable],
    order: Sequence[Any],
    limit: int,
    offset: int,
) -> tuple[list[Lot], int]:
    """A page of what is found, and how many there are in all; auctions alike go by their ids."""
    page = found.order_by(*order, AuctionTable.id).limit(limit).offset(offset)
    rows = (await session.scalars(page)).all()
    total = await session.scalar(select(func.count()).select_from(found.subquery()))
    return [_lot(row) for row in rows], total or 0


async def live_lots(session: AsyncSession, after: str, limit: int) -> list[Lot]:
    """Auctions that are scheduled or active, by id, from behind one."""
    page = select(AuctionTable).where(_IS_LIVE, AuctionTable.id > after)
    rows = await session.scalars(page.order_by(AuctionTable.id).limit(limit))
    return [_lot(row) for row in rows]


async def ended_lots(session: AsyncSession, since_ms: int, after: str, limit: int) -> list[Lot]:
    """Auctions that have ended since a moment, by id, from behind one."""
    ended = AuctionTable.status == Status.ENDED.value, AuctionTable.end_at_ms >= since_ms
    page = select(AuctionTable).where(*ended, AuctionTable.id > after)
    rows = await session.scalars(page.order_by(AuctionTable.id).limit(limit))
    return [_lot(row) for row in rows]


async def overdue_lots(session: AsyncSession, before_ms: int, limit: int) -> Sequence[str]:
    """Ids of auctions that should have ended before a moment, the first to end first."""
    late = select(AuctionTable.id).where(_IS_LIVE, AuctionTable.end_at_ms < before_ms)
    return (await session.scalars(late.order_by(AuctionTable.end_at_ms).limit(limit))).all()


async def move_status(
    session: AsyncSession, auction_id: str, before: Sequence[Status], after: Status
) -> bool:
    """Move an auction from one of some states to another; False where it is in none of them."""
    change = update(AuctionTable).where(
        AuctionTable.id == auction_id, AuctionTable.status.in_([each.value for each in before])
    )
    return await _changed(session, change.values(status=after.value))


async def apply_state(session: AsyncSession, auction_id: str, **state: Any) -> bool:
    """Bring a live auction up to a later event; False where its row is as new or has ended."""
    newer = update(AuctionTable).where(
        AuctionTable.id == auction_id, AuctionTable.seq < state["seq"], _IS_LIVE
    )
    return await _changed(session, newer.values(**state))


async def end_lot(session: AsyncSession, auction_id: str, auction: Auction) -> bool:
    """Note down how an auction came out; False where that was done before."""
    change = update(AuctionTable).where(AuctionTable.id == auction_id, _IS_LIVE)
    return await _changed(session, change.values(**_state(auction)))


async def _changed(session: AsyncSession, change: Any) -> bool:
    return cast("CursorResult[Any]", await session.execute(change)).rowcount == 1


def _lot_of(row: AuctionTable | None) -> Lot | None:
    return None if row is None else _lot(row)


def _lot(row: AuctionTable) -> Lot:
    return Lot(
        id=row.id,
        description=Description(
            title=row.title,
            text=row.text,
            category=row.category,
            currency=row.currency,
            deposit=row.deposit,
            premium_bps=row.premium_bps,
        ),
        auction=Auction(
            terms=_terms_of(row),
            status=Status(row.status),
            price=row.price,
            leader=row.leader,
            leader_max=row.leader_max,
            bid_count=row.bid_count,
            seq=row.seq,
            end_at_ms=row.end_at_ms,
            extensions=row.extensions,
            outcome=None if row.outcome is None else Outcome(row.outcome),
        ),
    )


def _terms_of(row: AuctionTable) -> Terms:
    return Terms(
        seller=row.seller,
        start_at_ms=row.start_at_ms,
        end_at_ms=row.first_end_at_ms,
        starting_price=row.starting_price,
        reserve_price=row.reserve_price,
        buy_now_price=row.buy_now_price,
        increments=Increments.of(row.increment_rule),
        proxy=row.proxy,
        soft_close=SoftClose(
            mode=cast("Mode", row.mode),
            window_ms=row.window_ms,
            extend_ms=row.extend_ms,
            max_extensions=row.max_extensions,
            hard_end_ms=row.hard_end_ms,
        ),
        pace_ms=row.pace_ms,
    )


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "seller": terms.seller,
        "start_at_ms": terms.start_at_ms,
        "first_end_at_ms": terms.end_at_ms,
        "starting_price": terms.starting_price,
        "reserve_price": terms.reserve_price,
        "buy_now_price": terms.buy_now_price,
        "increment_rule": terms.increments.rule,
        "proxy": terms.proxy,
        "pace_ms": terms.pace_ms,
        **asdict(terms.soft_close),
    }


def _state(auction: Auction) -> dict[str, Any]:
    return {
        "status": auction.status.value,
        "outcome": None if auction.outcome is None else auction.outcome.value,
        "price": auction.price,
        "leader": auction.leader,
        "leader_max": auction.leader_max,
        "bid_count": auction.bid_count,
        "seq": auction.seq,
        "end_at_ms": auction.end_at_ms,
        "extensions": auction.extensions,
        "winner": auction.winner,
    }
