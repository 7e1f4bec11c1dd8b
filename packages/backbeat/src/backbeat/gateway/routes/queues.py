"""Queues."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from backbeat import State
from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Asked, Done, Envelope, Ok, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.parameters import AsWhole, Confirm, QueueName, Seconds
from backbeat.gateway.service.queues import MOST_CLEANED

router = APIRouter(prefix="/queues", tags=["queues"], route_class=GatewayRoute)


class CountsModel(Shown):
    """How many jobs are in each state."""

    waiting: int
    delayed: int
    active: int
    completed: int
    failed: int
    cancelled: int
    waiting_children: int
    paused: bool
    total_completed: int
    total_failed: int
    total_cancelled: int
    kept_bytes: int = Field(description="What ended jobs hold; 0 where that is not bounded.")


class QueueModel(Shown):
    """A queue."""

    name: str
    counts: CountsModel | None = Field(description="null where it cannot be read.")
    workers: int
    error: str | None


class LoadModel(Shown):
    """How loaded a queue is."""

    waiting: int
    delayed: int
    running: int
    workers: int
    paused: bool
    oldest_wait: float | None
    completed_per_second: float | None
    ended_per_second: float | None
    enqueued_per_second: float | None
    drain_seconds: float | None
    window: float


class Removal(Done):
    """How many jobs were removed, or would be."""

    dry_run: bool


class Scale(Asked):
    """How many jobs run at once; what is not given stays."""

    concurrency: Annotated[int, Field(ge=1, le=10_000), AsWhole] | None = None
    max_running: Annotated[int, Field(ge=1, le=1_000_000), AsWhole] | None = None
    worker: Annotated[str, Field(max_length=200)] | None = None


class Destructive(Asked):
    """What cannot be undone: confirmed by the name of the queue, or only tried."""

    confirm: Confirm = ""
    dry_run: bool = Field(default=False, description="Only say how many it would be.")


class Drain(Destructive):
    """Remove what waits."""

    delayed: bool = False


class Clean(Destructive):
    """Remove ended jobs, the oldest first."""

    state: Annotated[Literal["completed", "failed", "cancelled"], Field()]
    older_than: Seconds = 0.0
    limit: Annotated[int, Field(ge=1, le=MOST_CLEANED), AsWhole] = 10_000


class Obliterate(Destructive):
    """Remove the queue with everything in it."""

    force: bool = Field(default=False, description="Also while jobs are active.")


@router.get("", **needs(Action.VIEW))
async def list_queues(who: Who, desk: Desk) -> Envelope[list[QueueModel]]:
    """Every queue that whoever asks may see; one that cannot be read is there with its error."""
    return Envelope(data=[QueueModel.model_validate(each) for each in await desk.queues.list(who)])


@router.get("/{queue}", **needs(Action.VIEW))
async def read_queue(who: Who, desk: Desk, queue: QueueName) -> Envelope[QueueModel]:
    """One queue with its counts."""
    return Envelope(data=QueueModel.model_validate(await desk.queues.get(who, queue)))


@router.get("/{queue}/load", **needs(Action.VIEW))
async def read_load(
    who: Who,
    desk: Desk,
    queue: QueueName,
    window: Annotated[float, Query(gt=0, le=1_800, description="In seconds.")] = 60.0,
) -> Envelope[LoadModel]:
    """Backlog, age, rates, and time to drain."""
    return Envelope(data=LoadModel.model_validate(await desk.queues.load(who, queue, window)))


@router.post("/{queue}/pause", **needs(Action.PAUSE))
async def pause_queue(who: Who, desk: Desk, queue: QueueName) -> Envelope[Ok]:
    """Let workers start nothing; what runs goes on."""
    await desk.queues.pause(who, queue)
    return Envelope(data=Ok())


@router.post("/{queue}/resume", **needs(Action.PAUSE))
async def resume_queue(who: Who, desk: Desk, queue: QueueName) -> Envelope[Ok]:
    """Let workers start jobs again."""
    await desk.queues.resume(who, queue)
    return Envelope(data=Ok())


@router.post("/{queue}/scale", **needs(Action.CONFIGURE))
async def scale_queue(who: Who, desk: Desk, queue: QueueName, body: Scale) -> Envelope[Done]:
    """Change how many jobs run at once; how many workers were told."""
    count = await desk.queues.scale(who, queue, **body.model_dump())
    return Envelope(data=Done(count=count))


@router.post("/{queue}/drain", **needs(Action.DESTROY, costly=True))
async def drain_queue(who: Who, desk: Desk, queue: QueueName, body: Drain) -> Envelope[Removal]:
    """Remove what waits now."""
    count = await desk.queues.drain(who, queue, **body.model_dump())
    return Envelope(data=Removal(count=count, dry_run=body.dry_run))


@router.post("/{queue}/clean", **needs(Action.REMOVE, costly=True))
async def clean_queue(who: Who, desk: Desk, queue: QueueName, body: Clean) -> Envelope[Removal]:
    """Remove ended jobs, the oldest first."""
    given = {**body.model_dump(), "state": State(body.state)}
    count = await desk.queues.clean(who, queue, **given)
    return Envelope(data=Removal(count=count, dry_run=body.dry_run))


@router.post("/{queue}/obliterate", **needs(Action.DESTROY, costly=True))
async def obliterate_queue(
    who: Who, desk: Desk, queue: QueueName, body: Obliterate
) -> Envelope[Removal]:
    """Remove the queue with everything in it."""
    count = await desk.queues.obliterate(who, queue, **body.model_dump())
    return Envelope(data=Removal(count=count, dry_run=body.dry_run))
