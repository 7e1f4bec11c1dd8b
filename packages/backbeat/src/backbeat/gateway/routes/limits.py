"""Limits that queues share. A name is any text, so it stands in the query."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Asked, Envelope, Ok, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs

router = APIRouter(prefix="/limits", tags=["limits"], route_class=GatewayRoute)

LimitName = Annotated[str, Field(min_length=1, max_length=500)]


class LimitModel(Shown):
    """A limit."""

    name: str
    free: int | None
    running: int
    max_running: int | None
    waiting: int
    paused_until: datetime | None


class Pause(Asked):
    """Which limit gives nothing, and for how many seconds."""

    name: LimitName
    seconds: Annotated[float, Field(gt=0, le=86_400)]


class Resume(Asked):
    """Which limit goes on."""

    name: LimitName


class PausedModel(Shown):
    """When the pause ends."""

    until: datetime


@router.get("", **needs(Action.VIEW))
async def list_limits(who: Who, desk: Desk) -> Envelope[list[LimitModel]]:
    """Every limit that the application declares."""
    return Envelope(data=[LimitModel.model_validate(each) for each in await desk.limits.list(who)])


@router.post("/pause", **needs(Action.CONFIGURE))
async def pause_limit(who: Who, desk: Desk, body: Pause) -> Envelope[PausedModel]:
    """Let a limit give nothing to anyone for so long."""
    until = await desk.limits.pause(who, body.name, body.seconds)
    return Envelope(data=PausedModel(until=until))


@router.post("/resume", **needs(Action.CONFIGURE))
async def resume_limit(who: Who, desk: Desk, body: Resume) -> Envelope[Ok]:
    """End a pause."""
    await desk.limits.resume(who, body.name)
    return Envelope(data=Ok())
