"""Second chances as rows."""

from dataclasses import asdict
from typing import Literal, cast

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.model.offers import Offer
from arena.apps.auctions.store.tables import OfferTable

Answer = Literal["accepted", "declined"]


async def insert_offer(session: AsyncSession, offer: Offer) -> bool:
    """Add an offer; False where the auction has one."""
    adding = upsert(OfferTable).values(**asdict(offer)).on_conflict_do_nothing()
    return (await session.scalar(adding.returning(OfferTable.auction_id))) is not None


async def find_offer(session: AsyncSession, auction_id: str, *, lock: bool = False) -> Offer | None:
    """The offer of an auction; with `lock`, nobody else answers it meanwhile."""
    row = await session.get(OfferTable, auction_id, with_for_update=lock or None)
    if row is None:
        return None
    return Offer(
        auction_id=row.auction_id,
        bidder=row.bidder,
        price=row.price,
        currency=row.currency,
        premium=row.premium,
        made_ms=row.made_ms,
        expires_ms=row.expires_ms,
        answer=cast("Answer | None", row.answer),
    )


async def answer_offer(session: AsyncSession, auction_id: str, answer: Answer) -> None:
    """Note down what the bidder said."""
    said = update(OfferTable).where(OfferTable.auction_id == auction_id).values(answer=answer)
    await session.execute(said)
