"""Workers."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Envelope, Ok, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.parameters import NAME, QueueName

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


@router.get("", **needs(Action.VIEW))
async def list_workers(
    who: Who, desk: Desk, queue: Annotated[str | None, Query(pattern=NAME)] = None
) -> Envelope[list[WorkerModel]]:
    """The workers that hold a lease, and the jobs that each runs."""
    return Envelope(
        data=[
            WorkerModel(
                queue=each.queue, number=each.info.number, name=each.info.name,
                lease_until=each.info.lease_until, about=each.info.about,
                running=list(each.running),
            )
            for each in await desk.workers.list(who, queue)
        ]
    )  # fmt: skip


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
