"""What winners owe, as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.store.tables import InvoiceTable


async def insert_invoice(session: AsyncSession, **row: Any) -> bool:
    """Add the invoice of an auction, once; False where it is there."""
    adding = upsert(InvoiceTable).values(**row).on_conflict_do_nothing()
    return (await session.scalar(adding.returning(InvoiceTable.auction_id))) is not None


async def invoices_of(session: AsyncSession, winner: str, *, limit: int) -> Sequence[InvoiceTable]:
    """What somebody owes or has paid, the newest first."""
    page = select(InvoiceTable).where(InvoiceTable.winner == winner)
    return (await session.scalars(page.order_by(InvoiceTable.created_ms.desc()).limit(limit))).all()
