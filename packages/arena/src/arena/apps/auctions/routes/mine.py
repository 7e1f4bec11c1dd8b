"""What is somebody's own: auctions that they watch, bids that they made."""

from typing import Annotated

from fastapi import APIRouter, Query

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import find
from arena.apps.auctions.actions.mine import my_bids, start_watching, stop_watching
from arena.apps.auctions.actions.showing import PastBid
from arena.base.http.permission import SIGNED_IN, needs
from arena.base.http.route import HouseRoute, Who
from backbeat.gateway.http import Envelope


def mine(desk: Desk) -> APIRouter:
    """The routes for whoever is signed in."""
    router = APIRouter(route_class=HouseRoute)

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
