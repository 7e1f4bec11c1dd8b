"""Dead letters: jobs that have failed for good, all of them or by what they failed of."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from backbeat.gateway.access import Action
from backbeat.gateway.errors import NotFound
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


class GroupErrorModel(Shown):
    """Why the latest job of a group failed."""

    error: str
    message: str
    reason: str


class TracedErrorModel(GroupErrorModel):
    """The same, and where it was raised."""

    trace: str


class DeadGroupFacts(Shown):
    """Failed jobs that have a handler, a type of error, its place and its words in common."""

    fingerprint: str = Field(description="What names the group, in every process.")
    count: int
    name: str = Field(description="Handler of its latest job.")
    since: datetime = Field(description="When the group came into being.")
    first_at: datetime = Field(description="When the oldest of its jobs failed.")
    last_at: datetime = Field(description="When the latest did.")
    sample: str = Field(description="Id of the latest.")


class DeadGroupModel(DeadGroupFacts):
    """A group."""

    error: GroupErrorModel


class DeadGroupDetail(DeadGroupFacts):
    """A group with the trace of its latest job."""

    error: TracedErrorModel


class RetryAll(Asked):
    """Which failed jobs run again; without anything all of them."""

    name: Name | None = Field(default=None, description="Those of this handler.")
    error: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="Those with this type of error."
    )


Fingerprint = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9._:-]{1,200}$", description="What names the group.")
]


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


@router.get("/{queue}/groups", **needs(Action.VIEW))
async def list_dead_groups(
    who: Who, desk: Desk, queue: QueueName
) -> Envelope[list[DeadGroupModel]]:
    """What failed in a queue, grouped, the largest group first; at most 1,001."""
    found = await desk.dead.groups(who, queue)
    return Envelope(data=[DeadGroupModel.model_validate(each) for each in found])


@router.get("/{queue}/groups/{fingerprint}", **needs(Action.VIEW))
async def get_dead_group(
    who: Who, desk: Desk, queue: QueueName, fingerprint: Fingerprint
) -> Envelope[DeadGroupDetail]:
    """One group."""
    group = await desk.dead.group(who, queue, fingerprint)
    if group is None:
        raise NotFound(f"no failed job of queue {queue} is in the group {fingerprint}")
    return Envelope(data=DeadGroupDetail.model_validate(group))


@router.get("/{queue}/groups/{fingerprint}/jobs", **needs(Action.VIEW))
async def list_jobs_of_dead_group(
    who: Who,
    desk: Desk,
    queue: QueueName,
    fingerprint: Fingerprint,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> PageEnvelope[JobModel]:
    """A page of its jobs with their errors, those that failed last first; at most 100."""
    page = await desk.dead.list_group(who, queue, fingerprint, cursor=cursor, limit=limit)
    return PageEnvelope(
        data=[JobModel.of(each) for each in page.jobs],
        pagination=Pagination(next_cursor=page.cursor, limit=min(limit, MOST)),
    )


@router.post("/{queue}/groups/{fingerprint}/retry", **needs(Action.RETRY, costly=True))
async def retry_dead_group(
    who: Who, desk: Desk, queue: QueueName, fingerprint: Fingerprint
) -> Envelope[Done]:
    """Let the jobs of a group run again that have failed by now; how many do."""
    return Envelope(data=Done(count=await desk.dead.retry_group(who, queue, fingerprint)))


@router.post("/{queue}/groups/{fingerprint}/remove", **needs(Action.REMOVE, costly=True))
async def remove_dead_group(
    who: Who, desk: Desk, queue: QueueName, fingerprint: Fingerprint
) -> Envelope[Done]:
    """Remove the jobs of a group that have failed by now; how many were."""
    return Envelope(data=Done(count=await desk.dead.remove_group(who, queue, fingerprint)))
