"""Bids over REST: to place one, and to look at those that were placed."""

import json
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request

from arena.apps.auctions.actions.bidding import place_bid
from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import currency_of, history
from arena.apps.auctions.actions.showing import PastBid, Told, as_json
from arena.apps.auctions.errors import REFUSALS, AuctionNotFound
from arena.apps.auctions.model.bids import Bid, Code
from arena.apps.auctions.routes.asked import AskedBid
from arena.base.http.front import address_of
from arena.base.http.pages import Cursor
from arena.base.http.permission import EVERYONE, SIGNED_IN, needs
from arena.base.http.route import HouseRoute, Visitor, Who
from arena.base.money import CURRENCIES, Money
from backbeat.gateway.http import Envelope, PageEnvelope, Pagination

MOST_AGENT: Final = 200


def bids(desk: Desk) -> APIRouter:
    """The routes below `/items/{id}/bids`."""
    router = APIRouter(prefix="/items/{auction_id}/bids", route_class=HouseRoute)

    @router.post("", status_code=201, **needs(SIGNED_IN))
    async def bid(who: Who, auction_id: str, asked: AskedBid, request: Request) -> Envelope[Told]:
        currency = await currency_of(desk, auction_id)
        minor = Money.parse(asked.max_amount, CURRENCIES[currency]).amount
        placed = await place_bid(
            desk, auction_id, Bid(asked.id(), str(who.user_id), minor), _origin(request, who.name)
        )
        told = Told.of(auction_id, asked.id(), placed, currency)
        if placed.answer.code is Code.AUCTION_NOT_FOUND:
            raise AuctionNotFound(auction_id)
        if not told.accepted:
            raise REFUSALS[placed.answer.code](as_json(told))
        return Envelope(data=told)

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


def _origin(request: Request, name: str) -> str:
    agent = request.headers.get("user-agent", "")[:MOST_AGENT]
    return json.dumps({"name": name, "ip": address_of(request), "userAgent": agent})
