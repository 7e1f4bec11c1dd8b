"""Locks and semaphores. A name is any text, so it ends the address."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter
from pydantic import Field

from backbeat.app import LockInfo
from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Asked, Done, Envelope, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.parameters import AnyName, Confirm

router = APIRouter(prefix="/locks", tags=["locks"], route_class=GatewayRoute)


class HolderModel(Shown):
    """Who holds it."""

    token: str
    fence: int
    slots: int
    since: datetime
    until: datetime
    about: dict[str, Any]


class ParkedModel(Shown):
    """A job that waits for it."""

    queue: str
    id: str


class LockModel(Shown):
    """A lock or semaphore."""

    name: str
    slots: int
    fence: int
    holders: list[HolderModel]
    waiting: int
    parked: list[ParkedModel]

    @classmethod
    def of(cls, info: LockInfo) -> Self:
        """A lock."""
        return cls(
            name=info.name,
            slots=info.slots,
            fence=info.fence,
            holders=[HolderModel.model_validate(each) for each in info.holders],
            waiting=info.waiting,
            parked=[ParkedModel(queue=queue, id=job_id) for queue, job_id in info.parked],
        )


class TakeAway(Asked):
    """Whose hold ends: that of a token, or all."""

    name: Annotated[str, Field(min_length=1, max_length=500)]
    confirm: Confirm
    token: Annotated[str, Field(min_length=1, max_length=200)] | None = None


@router.get("", **needs(Action.VIEW, costly=True))
async def list_locks(who: Who, desk: Desk) -> Envelope[list[str]]:
    """The names that are in use, or were within the last minutes; the first 1,000 found."""
    return Envelope(data=list(await desk.locks.names(who)))


@router.get("/{name:path}", **needs(Action.VIEW))
async def read_lock(who: Who, desk: Desk, name: AnyName) -> Envelope[LockModel]:
    """Who holds it, and who waits for it."""
    return Envelope(data=LockModel.of(await desk.locks.get(who, name)))


@router.post("/take-away", **needs(Action.DESTROY))
async def take_away(who: Who, desk: Desk, body: TakeAway) -> Envelope[Done]:
    """Let a holder have it no more; the next in line is woken."""
    count = await desk.locks.take_away(who, body.name, confirm=body.confirm, token=body.token)
    return Envelope(data=Done(count=count))
