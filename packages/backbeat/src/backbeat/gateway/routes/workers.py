"""Workers."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field

from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Envelope, Ok, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.parameters import NAME, QueueName
from backbeat.gateway.service.workers import WorkerView

router = APIRouter(prefix="/workers", tags=["workers"], route_class=GatewayRoute)

Number = Annotated[int, Path(ge=0, le=2**21, description="Its number within the queue.")]


class WorkerModel(Shown):
    """A worker of a queue."""

    queue: str
    number: int
    name: str
    lease_until: datetime
    about: dict[str, Any]
    running: list[str]
    cpu: float | None = Field(description="Cores that its process uses; null where it is silent.")
    memory_bytes: int | None = Field(description="Of its process, in RAM.")
    blocked_seconds: float | None = Field(description="Its event loop's longest stop of late.")


@router.get("", **needs(Action.VIEW))
async def list_workers(
    who: Who, desk: Desk, queue: Annotated[str | None, Query(pattern=NAME)] = None
) -> Envelope[list[WorkerModel]]:
    """The workers that hold a lease, and the jobs that each runs."""
    return Envelope(data=[_worker(each) for each in await desk.workers.list(who, queue)])


@router.post("/{queue}/{number}/pause", **needs(Action.PAUSE))
async def pause_worker(who: Who, desk: Desk, queue: QueueName, number: Number) -> Envelope[Ok]:
    """Let one worker start no more jobs of the queue."""
    await desk.workers.pause(who, queue, number)
    return Envelope(data=Ok())


@router.post("/{queue}/{number}/resume", **needs(Action.PAUSE))
async def resume_worker(who: Who, desk: Desk, queue: QueueName, number: Number) -> Envelope[Ok]:
    """Let one worker start jobs again."""
    await desk.workers.resume(who, queue, number)
    return Envelope(data=Ok())


def _worker(view: WorkerView) -> WorkerModel:
    vitals = view.vitals
    return WorkerModel(
        queue=view.queue, number=view.info.number, name=view.info.name,
        lease_until=view.info.lease_until, about=view.info.about, running=list(view.running),
        cpu=None if vitals is None else vitals.cpu,
        memory_bytes=None if vitals is None else vitals.rss,
        blocked_seconds=None if vitals is None else vitals.blocked,
    )  # fmt: skip
