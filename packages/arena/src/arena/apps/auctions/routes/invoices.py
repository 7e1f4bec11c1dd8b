"""Invoices over REST: one, a list, a table to take along."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import StreamingResponse

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.invoicing import (
    Invoice,
    Side,
    as_table,
    list_invoices,
    show_invoice,
)
from arena.base.http.pages import Numbered, NumberedEnvelope, NumberedPage
from arena.base.http.permission import SIGNED_IN, needs
from arena.base.http.route import HouseRoute, Who
from arena.base.identity import Role
from backbeat.gateway.http import Envelope

Wanted = Annotated[NumberedPage, Depends(Numbered(limit=50, most=100))]
Which = Annotated[Side, Query(description="What whoever asks has bought, or what they have sold.")]


def invoices(desk: Desk) -> APIRouter:
    """The routes of invoices."""
    router = APIRouter(route_class=HouseRoute)

    @router.get("/items/{auction_id}/invoice", **needs(SIGNED_IN))
    async def invoice(who: Who, auction_id: str) -> Envelope[Invoice]:
        viewer = None if who.has(Role.ADMIN) else str(who.user_id)
        return Envelope(data=await show_invoice(desk, auction_id, viewer))

    @router.get("/me/invoices", **needs(SIGNED_IN))
    async def list_mine(
        who: Who, wanted: Wanted, side: Which = "bought"
    ) -> NumberedEnvelope[Invoice]:
        shown, total = await list_invoices(
            desk, str(who.user_id), side, limit=wanted.limit, offset=wanted.offset
        )
        return NumberedEnvelope(data=shown, pagination=wanted.of(total))

    @router.get("/me/invoices.csv", response_class=StreamingResponse, **needs(SIGNED_IN))
    async def table(who: Who, side: Which = "bought") -> StreamingResponse:
        return StreamingResponse(
            as_table(desk, str(who.user_id), side),
            media_type="text/csv",
            headers={"content-disposition": f'attachment; filename="{side}.csv"'},
        )

    return router
