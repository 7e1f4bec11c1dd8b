"""What is somebody's own: auctions that they watch or sell, bids that they made."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import as_items, find
from arena.apps.auctions.actions.mine import (
    my_bids,
    selling,
    start_watching,
    stop_watching,
    watched,
)
from arena.apps.auctions.actions.showing import Item, PastBid
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.store.live import Seen
from arena.base.http.pages import Numbered, NumberedEnvelope, NumberedPage
from arena.base.http.permission import SIGNED_IN, needs
from arena.base.http.route import HouseRoute, Who
from arena.base.identity import Identity
from backbeat.gateway.http import Envelope

Read = Callable[..., Awaitable[tuple[list[tuple[Lot, Seen]], int]]]
Wanted = Annotated[NumberedPage, Depends(Numbered(limit=50, most=100))]


def mine(desk: Desk) -> APIRouter:
    """The routes for whoever is signed in."""
    router = APIRouter(route_class=HouseRoute)

    async def listed(read: Read, who: Identity, wanted: NumberedPage) -> NumberedEnvelope[Item]:
        user_id = str(who.user_id)
        lots, total = await read(desk, user_id, limit=wanted.limit, offset=wanted.offset)
        shown = await as_items(desk, lots, user_id)
        return NumberedEnvelope(data=shown, pagination=wanted.of(total))

    @router.get("/watchlist", **needs(SIGNED_IN))
    async def list_watched(who: Who, wanted: Wanted) -> NumberedEnvelope[Item]:
        return await listed(watched, who, wanted)

    @router.get("/me/items", **needs(SIGNED_IN))
    async def list_own(who: Who, wanted: Wanted) -> NumberedEnvelope[Item]:
        return await listed(selling, who, wanted)

    @router.put("/watchlist/{auction_id}", **needs(SIGNED_IN))
    async def watch(who: Who, auction_id: str) -> Envelope[None]:
        await find(desk, auction_id)
        await start_watching(desk, str(who.user_id), auction_id)
        return Envelope(data=None)

    @router.delete("/watchlist/{auction_id}", **needs(SIGNED_IN))
    async def unwatch(who: Who, auction_id: str) -> Envelope[None]:
        await stop_watching(desk, str(who.user_id), auction_id)
        return Envelope(data=None)

    @router.get("/me/bids", **needs(SIGNED_IN))
    async def list_mine(
        who: Who, limit: Annotated[int, Query(ge=1, le=100)] = 50
    ) -> Envelope[list[PastBid]]:
        return Envelope(data=await my_bids(desk, str(who.user_id), limit=limit))

    return router
