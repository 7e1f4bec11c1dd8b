"""Auctions over REST: to list, to look at, to sell."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from arena.apps.auctions.actions.blocking import block
from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import find, page, see, show
from arena.apps.auctions.actions.owning import call_off, own
from arena.apps.auctions.actions.publishing import change, draft, publish
from arena.apps.auctions.actions.showing import Item, State
from arena.apps.auctions.errors import AuctionNotFound
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.routes.asked import AskedBlock, AskedItem, AskedReason
from arena.apps.auctions.routes.changes import AskedChange
from arena.base.errors import Forbidden
from arena.base.http.pages import Numbered, NumberedEnvelope, NumberedPage
from arena.base.http.permission import EVERYONE, needs
from arena.base.http.route import HouseRoute, Visitor, Who
from arena.base.http.versions import has_version, mark_version
from arena.base.identity import Identity, Role
from backbeat.gateway.http import Envelope

Wanted = Annotated[NumberedPage, Depends(Numbered(limit=50, most=100))]


def items(desk: Desk) -> APIRouter:
    """The routes below `/items`."""
    router = APIRouter(prefix="/items", route_class=HouseRoute)

    @router.get("", **needs(EVERYONE))
    async def list_items(
        who: Visitor,
        wanted: Wanted,
        status: Annotated[Status | None, Query()] = Status.ACTIVE,
        category: Annotated[str | None, Query(max_length=60)] = None,
    ) -> NumberedEnvelope[Item]:
        if status is Status.DRAFT:
            raise Forbidden("drafts are their sellers' own")
        shown, total = await page(
            desk, status, category, limit=wanted.limit, offset=wanted.offset, viewer=_id(who)
        )
        return NumberedEnvelope(data=shown, pagination=wanted.of(total))

    @router.get("/{auction_id}", **needs(EVERYONE))
    async def get_item(who: Visitor, auction_id: str) -> Envelope[Item]:
        lot = await find(desk, auction_id)
        if lot.auction.status is Status.DRAFT and lot.auction.terms.seller != _id(who):
            raise AuctionNotFound(auction_id)
        return Envelope(data=await show(desk, lot, _id(who)))

    @router.get("/{auction_id}/state", **needs(EVERYONE))
    async def get_state(who: Visitor, auction_id: str, request: Request, response: Response) -> Any:
        seen = await see(desk, auction_id)
        if has_version(request, seen.auction.seq):
            return Response(status_code=304)
        mark_version(response, seen.auction.seq)
        return Envelope[State](data=State.of(seen, _id(who)))

    @router.post("", status_code=201, **needs(Role.SELLER))
    async def sell(who: Who, item: AskedItem) -> Envelope[Item]:
        seller = str(who.user_id)
        words, terms = item.description(desk.house), item.terms(seller, desk.house)
        lot = await draft(desk, str(uuid4()), words, terms, item.images)
        return Envelope(data=await show(desk, lot, seller))

    @router.patch("/{auction_id}", **needs(Role.SELLER))
    async def change_item(who: Who, auction_id: str, asked: AskedChange) -> Envelope[Item]:
        await own(desk, auction_id, who)
        words, terms = asked.of(await find(desk, auction_id), desk.house)
        lot = await change(desk, auction_id, words, terms, asked.images)
        return Envelope(data=await show(desk, lot, str(who.user_id)))

    @router.post("/{auction_id}/publish", **needs(Role.SELLER))
    async def publish_item(who: Who, auction_id: str) -> Envelope[State]:
        await own(desk, auction_id, who)
        await publish(desk, auction_id)
        return Envelope(data=State.of(await see(desk, auction_id), str(who.user_id)))

    @router.post("/{auction_id}/cancel", **needs(Role.SELLER))
    async def cancel_item(who: Who, auction_id: str, asked: AskedReason) -> Envelope[None]:
        await call_off(desk, auction_id, who, asked.reason)
        return Envelope(data=None)

    @router.post("/{auction_id}/block", **needs(Role.ADMIN))
    async def block_bidder(auction_id: str, asked: AskedBlock) -> Envelope[None]:
        await block(desk, auction_id, asked.user_id)
        return Envelope(data=None)

    return router


def _id(who: Identity | None) -> str | None:
    return None if who is None else str(who.user_id)
