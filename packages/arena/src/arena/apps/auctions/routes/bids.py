"""Bids over REST: to place one, and to look at those that were placed."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request

from arena.apps.auctions.actions.bidding import offer
from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import history, see
from arena.apps.auctions.actions.retracting import retract
from arena.apps.auctions.actions.showing import PastBid, State, Told, as_json
from arena.apps.auctions.errors import REFUSALS
from arena.apps.auctions.routes.asked import AskedBid, AskedReason
from arena.base.http.front import address_of
from arena.base.http.pages import Cursor
from arena.base.http.permission import EVERYONE, SIGNED_IN, needs
from arena.base.http.route import HouseRoute, Visitor, Who
from arena.base.identity import Role
from backbeat.gateway.http import Envelope, PageEnvelope, Pagination

MOST_AGENT: Final = 200


def bids(desk: Desk) -> APIRouter:
    """The routes below `/items/{id}/bids`."""
    router = APIRouter(prefix="/items/{auction_id}/bids", route_class=HouseRoute)

    @router.post("", status_code=201, **needs(SIGNED_IN))
    async def bid(who: Who, auction_id: str, asked: AskedBid, request: Request) -> Envelope[Told]:
        told = await offer(
            desk, auction_id, asked.bid_id, str(who.user_id), asked.max_amount,
            _origin(request, who.name),
        )  # fmt: skip
        if not told.accepted:
            raise REFUSALS[told.code](as_json(told))
        return Envelope(data=told)

    @router.post("/{bid_id}/retract", **needs(Role.ADMIN))
    async def take_back(auction_id: str, bid_id: str, asked: AskedReason) -> Envelope[State]:
        await retract(desk, auction_id, bid_id, asked.reason)
        return Envelope(data=State.of(await see(desk, auction_id), None))

    @router.get("", **needs(EVERYONE))
    async def list_bids(
        who: Visitor,
        auction_id: str,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> PageEnvelope[PastBid]:
        before = None if cursor is None else int(Cursor.read(cursor, int).keys[0])
        viewer = None if who is None else str(who.user_id)
        shown = await history(desk, auction_id, before_seq=before, limit=limit, viewer=viewer)
        following = str(Cursor(shown[-1].seq)) if len(shown) == limit else None
        return PageEnvelope(data=shown, pagination=Pagination(next_cursor=following, limit=limit))

    return router


def _origin(request: Request, name: str) -> dict[str, str]:
    agent = request.headers.get("user-agent", "")[:MOST_AGENT]
    return {"name": name, "ip": address_of(request), "userAgent": agent}
