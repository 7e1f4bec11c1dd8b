"""Circuit breakers."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Asked, Envelope, Ok, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.parameters import NAME

router = APIRouter(prefix="/breakers", tags=["breakers"], route_class=GatewayRoute)

BreakerName = Annotated[str, Path(pattern=NAME, description="Name of the breaker.")]


class BreakerModel(Shown):
    """A circuit breaker."""

    name: str
    state: str
    since: datetime | None
    until: datetime | None
    well: int
    failed: int
    probes_well: int
    probes_running: int


class Open(Asked):
    """For how many seconds; without: until it is closed."""

    seconds: Annotated[float, Field(gt=0, le=31_557_600)] | None = None


@router.get("", **needs(Action.VIEW))
async def list_breakers(who: Who, desk: Desk) -> Envelope[list[BreakerModel]]:
    """Every breaker that a worker has used."""
    found = await desk.breakers.list(who)
    return Envelope(data=[BreakerModel.model_validate(each) for each in found])


@router.post("/{name}/open", **needs(Action.CONFIGURE))
async def open_breaker(who: Who, desk: Desk, name: BreakerName, body: Open) -> Envelope[Ok]:
    """Hold back the jobs of its handlers."""
    await desk.breakers.open(who, name, body.seconds)
    return Envelope(data=Ok())


@router.post("/{name}/close", **needs(Action.CONFIGURE))
async def close_breaker(who: Who, desk: Desk, name: BreakerName) -> Envelope[Ok]:
    """Let the jobs of its handlers start."""
    await desk.breakers.close(who, name)
    return Envelope(data=Ok())
