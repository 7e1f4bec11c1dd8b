"""Jobs that are there. An id may hold slashes, so it ends the address, and actions take a body."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from backbeat import State
from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import (
    Asked,
    Done,
    Envelope,
    Ok,
    PageEnvelope,
    Pagination,
    Shown,
)
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.job_models import JobDetail, JobModel
from backbeat.gateway.routes.parameters import (
    NAME,
    AsWhole,
    Cursor,
    Id,
    Ids,
    JobId,
    Limit,
    Moment,
    QueueName,
    Reason,
    Seconds,
    page_of,
)
from backbeat.gateway.service.jobs import Wanted

router = APIRouter(tags=["jobs"], route_class=GatewayRoute)


class Chosen(Asked):
    """Which jobs."""

    ids: Ids


class Retry(Chosen):
    """Which jobs run again."""

    reset_attempts: bool = Field(default=True, description="Forget failures so far.")


class Cancel(Chosen):
    """Which jobs are cancelled, and why."""

    reason: Reason = ""


class CancelledModel(Shown):
    """What became of each."""

    jobs: dict[str, Literal["cancelled", "flagged", "ended", "unknown"]]


class RemovedModel(Done):
    """How many were removed, and which were not because a worker runs them."""

    active: list[str]


class Reschedule(Asked):
    """When a job is to start: after a time or at a moment."""

    id: Id
    delay: Seconds | None = None
    run_at: Moment | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Reschedule":
        if (self.delay is None) == (self.run_at is None):
            raise ValueError("give either delay or runAt")
        return self


class Reprioritise(Chosen):
    """Which jobs get which priority."""

    priority: Annotated[int, Field(ge=0, le=10), AsWhole]


class Edit(Asked):
    """All arguments of a job; a value that reads "[redacted]" stays as it is."""

    data: Any


class Replay(Asked):
    """Which job is added again, with the same arguments or others."""

    id: Id
    data: Any = None
    new_id: Id | None = None


class AddedModel(Shown):
    """A job that was added, or was there already."""

    id: str
    created: bool


@router.get("/jobs/{job_id:path}", **needs(Action.VIEW, costly=True))
async def find_job(who: Who, desk: Desk, job_id: JobId) -> Envelope[list[JobDetail]]:
    """The jobs of an id, in every queue that whoever asks may see."""
    return Envelope(data=[JobDetail.of(each) for each in await desk.jobs.find(who, job_id)])


@router.get("/queues/{queue}/jobs", **needs(Action.VIEW))
async def list_jobs(
    who: Who,
    desk: Desk,
    queue: QueueName,
    state: State = State.WAITING,
    name: Annotated[str | None, Query(pattern=NAME, description="Of this handler.")] = None,
    group: Annotated[str | None, Query(max_length=128, description="In this group.")] = None,
    search: Annotated[
        str | None,
        Query(min_length=1, max_length=200, description="With this text in id, name or data."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> PageEnvelope[JobModel]:
    """A page of the jobs in a state: the next to run first, of ended ones the newest.

    A page that was filtered or searched may be short, or empty, and have a cursor nevertheless.
    """
    page = await desk.jobs.list(
        who, queue, state, wanted=Wanted(name, group, search), cursor=cursor, limit=limit
    )
    return PageEnvelope(
        data=[JobModel.of(each) for each in page.jobs],
        pagination=Pagination(next_cursor=page.cursor, limit=page_of(limit)),
    )


@router.get("/queues/{queue}/jobs/{job_id:path}", **needs(Action.VIEW))
async def read_job(who: Who, desk: Desk, queue: QueueName, job_id: JobId) -> Envelope[JobDetail]:
    """Everything about a job: data, attempts, logs, timeline, flow, and why it is not running."""
    return Envelope(data=JobDetail.of(await desk.jobs.get(who, queue, job_id)))


@router.get("/queues/{queue}/logs/{job_id:path}", **needs(Action.READ_DATA))
async def read_logs(
    who: Who,
    desk: Desk,
    queue: QueueName,
    job_id: JobId,
    start: Annotated[int, Query(ge=-1_000, le=1_000)] = 0,
    count: Annotated[int, Query(ge=1, le=1_000)] = 1_000,
) -> Envelope[list[str]]:
    """Log lines of a job, the oldest first; a negative start counts from the end."""
    lines = await desk.jobs.logs(who, queue, job_id, start=start, count=count)
    return Envelope(data=list(lines))


@router.post("/queues/{queue}/retry", **needs(Action.RETRY))
async def retry_jobs(who: Who, desk: Desk, queue: QueueName, body: Retry) -> Envelope[Done]:
    """Let ended jobs run again; how many do."""
    count = await desk.jobs.retry(who, queue, body.ids, reset_attempts=body.reset_attempts)
    return Envelope(data=Done(count=count))


@router.post("/queues/{queue}/promote", **needs(Action.RETRY))
async def promote_jobs(who: Who, desk: Desk, queue: QueueName, body: Chosen) -> Envelope[Done]:
    """Let delayed jobs start now; how many there were."""
    return Envelope(data=Done(count=await desk.jobs.promote(who, queue, body.ids)))


@router.post("/queues/{queue}/cancel", **needs(Action.CANCEL))
async def cancel_jobs(
    who: Who, desk: Desk, queue: QueueName, body: Cancel
) -> Envelope[CancelledModel]:
    """Cancel jobs; one that runs is flagged, and its worker ends it."""
    jobs = await desk.jobs.cancel(who, queue, body.ids, body.reason)
    return Envelope(data=CancelledModel(jobs=jobs))


@router.post("/queues/{queue}/remove", **needs(Action.REMOVE))
async def remove_jobs(
    who: Who, desk: Desk, queue: QueueName, body: Chosen
) -> Envelope[RemovedModel]:
    """Remove jobs and everything about them, except those that are active."""
    removed = await desk.jobs.remove(who, queue, body.ids)
    return Envelope(data=RemovedModel.model_validate(removed))


@router.post("/queues/{queue}/reschedule", **needs(Action.RETRY))
async def reschedule_job(who: Who, desk: Desk, queue: QueueName, body: Reschedule) -> Envelope[Ok]:
    """Move the start of a waiting or delayed job."""
    await desk.jobs.reschedule(who, queue, body.id, delay=body.delay, run_at=body.run_at)
    return Envelope(data=Ok())


@router.post("/queues/{queue}/reprioritise", **needs(Action.RETRY))
async def reprioritise_jobs(
    who: Who, desk: Desk, queue: QueueName, body: Reprioritise
) -> Envelope[Done]:
    """Give waiting or delayed jobs another priority; how many were changed."""
    count = await desk.jobs.reprioritise(who, queue, body.ids, body.priority)
    return Envelope(data=Done(count=count))


@router.put("/queues/{queue}/data/{job_id:path}", **needs(Action.EDIT_DATA))
async def edit_job(
    who: Who, desk: Desk, queue: QueueName, job_id: JobId, body: Edit
) -> Envelope[Ok]:
    """Replace the arguments of a job that does not run."""
    await desk.jobs.edit(who, queue, job_id, body.data)
    return Envelope(data=Ok())


@router.post("/queues/{queue}/replay", status_code=201, **needs(Action.EDIT_DATA))
async def replay_job(who: Who, desk: Desk, queue: QueueName, body: Replay) -> Envelope[AddedModel]:
    """Add a job like one that is there, with the same arguments or with others."""
    handle = await desk.jobs.replay(who, queue, body.id, body.data, new_id=body.new_id)
    return Envelope(data=AddedModel(id=handle.id, created=handle.created))
