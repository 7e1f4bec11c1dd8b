"""API keys."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Asked, Envelope, Ok, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.parameters import Name

router = APIRouter(prefix="/keys", tags=["keys"], route_class=GatewayRoute)


class KeyModel(Shown):
    """An API key, without what only its holder knows."""

    id: str
    name: str
    actions: list[str]
    queues: list[str] | None
    created_at: datetime
    expires_at: datetime | None


class NewKeyModel(KeyModel):
    """An API key, shown once."""

    key: str


class CreateKey(Asked):
    """An API key that grants no more than its maker has."""

    name: Name
    actions: Annotated[list[Annotated[Action, Field(strict=False)]], Field(min_length=1)]
    queues: Annotated[list[Name], Field(min_length=1, max_length=1_000)] | None = None
    lifetime: Annotated[float, Field(gt=0, le=315_576_000)] | None = Field(
        default=None, description="In seconds."
    )


@router.get("", **needs(Action.ADMINISTER))
async def list_keys(who: Who, desk: Desk) -> Envelope[list[KeyModel]]:
    """Every API key."""
    return Envelope(data=[KeyModel.model_validate(each) for each in await desk.keys.list(who)])


@router.post("", status_code=201, **needs(Action.ADMINISTER))
async def create_key(who: Who, desk: Desk, body: CreateKey) -> Envelope[NewKeyModel]:
    """Make one; the key itself is in this answer and nowhere else."""
    made, whole = await desk.keys.create(
        who, body.name, body.actions, queues=body.queues, lifetime=body.lifetime
    )
    return Envelope(data=NewKeyModel(**KeyModel.model_validate(made).model_dump(), key=whole))


@router.delete("/{key_id}", **needs(Action.ADMINISTER))
async def revoke_key(
    who: Who, desk: Desk, key_id: Annotated[str, Path(pattern=r"^[a-z0-9]{12}$")]
) -> Envelope[Ok]:
    """End one; the next request with it is refused."""
    await desk.keys.revoke(who, key_id)
    return Envelope(data=Ok())
