"""The audit log: it can be read, and nothing else."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter

from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import PageEnvelope, Pagination, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.parameters import Cursor, Limit, page_of

router = APIRouter(prefix="/audit", tags=["audit"], route_class=GatewayRoute)


class EntryModel(Shown):
    """What somebody asked for; written before it was done. `refused` tells of another, `of`."""

    id: str
    at: datetime
    who: str
    action: str
    what: str
    queue: str | None
    subjects: list[str]
    count: int
    old: Any
    new: Any
    refused: str | None
    of: str | None
    request_id: str | None


@router.get("", **needs(Action.ADMINISTER))
async def read_audit(
    who: Who, desk: Desk, cursor: Cursor = None, limit: Limit = 50
) -> PageEnvelope[EntryModel]:
    """A page of it, the newest first."""
    page = await desk.audit.page(who, cursor=cursor, limit=limit)
    return PageEnvelope(
        data=[EntryModel.model_validate(each) for each in page.entries],
        pagination=Pagination(next_cursor=page.cursor, limit=page_of(limit)),
    )
