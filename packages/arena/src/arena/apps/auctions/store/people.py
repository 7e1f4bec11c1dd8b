"""Who has to do with an auction: who bid, who watches, who may not bid."""

from typing import TYPE_CHECKING, cast

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.store.tables import BidTable, BlockTable, DepositTable, WatchTable

if TYPE_CHECKING:
    from sqlalchemy.engine import CursorResult


async def bidders_of(session: AsyncSession, auction_id: str) -> list[str]:
    """Who bid on an auction."""
    rows = select(BidTable.bidder).where(BidTable.auction_id == auction_id).distinct()
    return list(await session.scalars(rows))


async def watchers_of(session: AsyncSession, auction_id: str) -> list[str]:
    """Who wants to hear of an auction."""
    rows = select(WatchTable.user_id).where(WatchTable.auction_id == auction_id)
    return list(await session.scalars(rows))


async def watch(session: AsyncSession, user_id: str, auction_id: str, since_ms: int) -> None:
    """Let somebody hear of an auction; once is enough."""
    row = upsert(WatchTable).values(user_id=user_id, auction_id=auction_id, since_ms=since_ms)
    await session.execute(row.on_conflict_do_nothing())


async def watches(session: AsyncSession, user_id: str, auction_id: str) -> bool:
    """Whether somebody wants to hear of an auction."""
    return await session.get(WatchTable, (user_id, auction_id)) is not None


async def unwatch(session: AsyncSession, user_id: str, auction_id: str) -> bool:
    """Let somebody hear of it no longer; False where they did not."""
    gone = delete(WatchTable).where(
        WatchTable.user_id == user_id, WatchTable.auction_id == auction_id
    )
    return cast("CursorResult[object]", await session.execute(gone)).rowcount == 1


async def add_depositor(session: AsyncSession, auction_id: str, bidder: str) -> None:
    """Remember whose deposit is held; once is enough."""
    row = upsert(DepositTable).values(auction_id=auction_id, bidder=bidder)
    await session.execute(row.on_conflict_do_nothing())


async def depositors_of(session: AsyncSession, auction_id: str) -> list[str]:
    """Whose deposit is held for an auction, or was."""
    rows = select(DepositTable.bidder).where(DepositTable.auction_id == auction_id)
    return list(await session.scalars(rows))


async def block_bidder(session: AsyncSession, auction_id: str, bidder: str) -> None:
    """Remember that somebody may not bid on an auction."""
    row = upsert(BlockTable).values(auction_id=auction_id, bidder=bidder)
    await session.execute(row.on_conflict_do_nothing())


async def blocked_bidders(session: AsyncSession, auction_id: str) -> list[str]:
    """Who may not bid on an auction."""
    rows = select(BlockTable.bidder).where(BlockTable.auction_id == auction_id)
    return list(await session.scalars(rows))
