"""Second chances over REST."""

from fastapi import APIRouter
from pydantic import Field

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.offering import ShownOffer, answer, offer, show_offer
from arena.apps.auctions.actions.owning import own
from arena.apps.auctions.routes.asked import Whole
from arena.base.http.permission import SIGNED_IN, Repeated, needs
from arena.base.http.route import HouseRoute, Who
from arena.base.identity import Role
from backbeat.gateway.http import Asked, Envelope


class AskedOffer(Asked):
    """How long the offer is good for."""

    hours: Whole = Field(default=48, ge=1, le=720)


def offers(desk: Desk) -> APIRouter:
    """The routes below `/items/{id}/offer`."""
    router = APIRouter(prefix="/items/{auction_id}/offer", route_class=HouseRoute)

    @router.post("", status_code=201, **needs(Role.SELLER))
    async def make(who: Who, auction_id: str, asked: AskedOffer) -> Envelope[ShownOffer]:
        await own(desk, auction_id, who)
        return Envelope(data=await offer(desk, auction_id, asked.hours))

    @router.get("", **needs(SIGNED_IN))
    async def look(who: Who, auction_id: str) -> Envelope[ShownOffer]:
        return Envelope(data=await show_offer(desk, auction_id, str(who.user_id)))

    @router.post("/accept", **needs(SIGNED_IN, repeated=Repeated.MUST))
    async def accept(who: Who, auction_id: str) -> Envelope[ShownOffer]:
        return Envelope(data=await answer(desk, auction_id, str(who.user_id), "accepted"))

    @router.post("/decline", **needs(SIGNED_IN))
    async def decline(who: Who, auction_id: str) -> Envelope[ShownOffer]:
        return Envelope(data=await answer(desk, auction_id, str(who.user_id), "declined"))

    return router
