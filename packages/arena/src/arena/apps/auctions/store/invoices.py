"""What winners owe, as rows."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.store.tables import InvoiceTable


async def insert_invoice(session: AsyncSession, **row: Any) -> bool:
    """Add the invoice of an auction, once; False where it is there."""
    adding = upsert(InvoiceTable).values(**row).on_conflict_do_nothing()
    return (await session.scalar(adding.returning(InvoiceTable.auction_id))) is not None
