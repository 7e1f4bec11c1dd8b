"""What winners owe, as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.store.tables import AuctionTable, InvoiceTable

# An invoice, and what was sold by whom.
Row = tuple[InvoiceTable, str, str]


async def insert_invoice(session: AsyncSession, **row: Any) -> bool:
    """Add the invoice of an auction, once; False where it is there."""
    adding = upsert(InvoiceTable).values(**row).on_conflict_do_nothing()
    return (await session.scalar(adding.returning(InvoiceTable.auction_id))) is not None


async def find_invoice(session: AsyncSession, auction_id: str) -> Row | None:
    """The invoice of an auction."""
    found = (await session.execute(_rows().where(InvoiceTable.auction_id == auction_id))).first()
    return None if found is None else (found[0], found[1], found[2])


async def page_invoices(
    session: AsyncSession, *, winner: str | None, seller: str | None, limit: int, offset: int
) -> tuple[list[Row], int]:
    """A page of somebody's invoices, the newest first, and how many there are."""
    mine = _of(winner, seller)
    order = (InvoiceTable.created_ms.desc(), InvoiceTable.auction_id.desc())
    found = await session.execute(mine.order_by(*order).limit(limit).offset(offset))
    total = await session.scalar(select(func.count()).select_from(mine.subquery()))
    return [(row[0], row[1], row[2]) for row in found], total or 0


async def invoices_before(
    session: AsyncSession,
    before: tuple[int, str] | None,
    *,
    winner: str | None,
    seller: str | None,
    limit: int,
) -> Sequence[Row]:
    """The next invoices of somebody, the newest first, from before a moment and an auction."""
    mine = _of(winner, seller)
    if before is not None:
        mine = mine.where(tuple_(InvoiceTable.created_ms, InvoiceTable.auction_id) < before)
    order = (InvoiceTable.created_ms.desc(), InvoiceTable.auction_id.desc())
    found = await session.execute(mine.order_by(*order).limit(limit))
    return [(row[0], row[1], row[2]) for row in found]


def _of(winner: str | None, seller: str | None) -> Select[InvoiceTable, str, str]:
    wanted = _rows()
    if winner is not None:
        wanted = wanted.where(InvoiceTable.winner == winner)
    if seller is not None:
        wanted = wanted.where(AuctionTable.seller == seller)
    return wanted


def _rows() -> Select[InvoiceTable, str, str]:
    return select(InvoiceTable, AuctionTable.title, AuctionTable.seller).join(
        AuctionTable, AuctionTable.id == InvoiceTable.auction_id
    )
