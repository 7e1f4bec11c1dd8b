"""Dead letters: jobs that have failed for good."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import (
    Asked,
    Done,
    Envelope,
    PageEnvelope,
    Pagination,
    Shown,
)
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.job_models import JobModel
from backbeat.gateway.routes.parameters import Cursor, Limit, Name, QueueName
from backbeat.gateway.service.dead import MOST

router = APIRouter(prefix="/dead", tags=["dead letters"], route_class=GatewayRoute)


class DeadCountModel(Shown):
    """How many failed jobs a queue holds."""

    queue: str
    failed: int


class RetryAll(Asked):
    """Which failed jobs run again; without anything all of them."""

    name: Name | None = Field(default=None, description="Those of this handler.")
    error: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="Those with this type of error."
    )


@router.get("", **needs(Action.VIEW))
async def count_dead(who: Who, desk: Desk) -> Envelope[list[DeadCountModel]]:
    """How many there are, queue by queue."""
    found = await desk.dead.counts(who)
    return Envelope(data=[DeadCountModel.model_validate(each) for each in found])


@router.get("/{queue}", **needs(Action.VIEW))
async def list_dead(
    who: Who, desk: Desk, queue: QueueName, cursor: Cursor = None, limit: Limit = 50
) -> PageEnvelope[JobModel]:
    """A page of them with their errors, those that failed last first; at most 100."""
    page = await desk.dead.list(who, queue, cursor=cursor, limit=limit)
    return PageEnvelope(
        data=[JobModel.of(each) for each in page.jobs],
        pagination=Pagination(next_cursor=page.cursor, limit=min(limit, MOST)),
    )


@router.post("/{queue}/retry", **needs(Action.RETRY, costly=True))
async def retry_dead(who: Who, desk: Desk, queue: QueueName, body: RetryAll) -> Envelope[Done]:
    """Let failed jobs run again; how many do."""
    count = await desk.dead.retry_all(who, queue, name=body.name, error=body.error)
    return Envelope(data=Done(count=count))
