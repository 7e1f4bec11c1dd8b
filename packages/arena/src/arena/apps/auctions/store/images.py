"""Addresses of pictures as rows, in the order in which they are shown."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.store.tables import ImageTable


async def put_images(session: AsyncSession, auction_id: str, images: Sequence[str]) -> None:
    """Let an auction have these pictures and no others."""
    await session.execute(delete(ImageTable).where(ImageTable.auction_id == auction_id))
    rows = [
        {"auction_id": auction_id, "place": place, "url": url} for place, url in enumerate(images)
    ]
    if rows:
        await session.execute(insert(ImageTable), rows)


async def images_of(session: AsyncSession, auction_ids: Collection[str]) -> Mapping[str, list[str]]:
    """The pictures of each of some auctions; of one that has none, there is an empty list."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    rows = select(ImageTable.auction_id, ImageTable.url).where(
        ImageTable.auction_id.in_(auction_ids)
    )
    for auction_id, url in await session.execute(rows.order_by(ImageTable.place)):
        found[auction_id].append(url)
    return found
