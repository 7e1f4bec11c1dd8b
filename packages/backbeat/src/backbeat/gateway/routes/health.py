"""Health: for probes, which nobody has to be recognised for, and queue by queue."""

from typing import Literal

from fastapi import APIRouter

from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Envelope, ProblemEnvelope, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs

probes = APIRouter(prefix="/health", tags=["health"])
router = APIRouter(prefix="/health", tags=["health"], route_class=GatewayRoute)


class Alive(Shown):
    """This process serves."""

    status: Literal["ok"] = "ok"


class QueueHealthModel(Shown):
    """Whether a queue can be read, and whether somebody works on it."""

    queue: str
    readable: bool
    error: str | None
    waiting: int
    workers: int
    paused: bool
    stalled: bool


@probes.get("/live")
async def live() -> Envelope[Alive]:
    """Whether this process serves; asks nobody."""
    return Envelope(data=Alive())


@probes.get("/ready", responses={503: {"model": ProblemEnvelope, "description": "It does not."}})
async def ready(desk: Desk) -> Envelope[Alive]:
    """Whether the job server answers."""
    await desk.health.ready()
    return Envelope(data=Alive())


@router.get("/queues", **needs(Action.VIEW))
async def queue_health(who: Who, desk: Desk) -> Envelope[list[QueueHealthModel]]:
    """Each queue; one that cannot be read is there with its error."""
    found = await desk.health.queues(who)
    return Envelope(data=[QueueHealthModel.model_validate(each) for each in found])
