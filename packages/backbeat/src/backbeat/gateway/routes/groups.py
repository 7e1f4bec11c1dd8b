"""Groups. A name may hold slashes, so it ends the address."""

from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field

from backbeat import Rate
from backbeat.app import GroupInfo, GroupRules
from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import (
    Asked,
    Envelope,
    Ok,
    PageEnvelope,
    Pagination,
    Shown,
)
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.parameters import (
    AsWhole,
    Cursor,
    GroupName,
    Id,
    Limit,
    QueueName,
    page_of,
)
from backbeat.values import seconds

router = APIRouter(prefix="/groups/{queue}", tags=["groups"], route_class=GatewayRoute)

_Count = Annotated[int, Field(ge=1, le=1_000_000), AsWhole]


class RateModel(Shown):
    """How much may start in a time."""

    count: int
    per: float


class RateBody(Asked):
    """How much may start in a time of so many seconds."""

    count: Annotated[int, Field(ge=1, le=1_000), AsWhole]
    per: Annotated[float, Field(ge=0.001, le=86_400)] = 1.0


class GroupModel(Shown):
    """A group and the rules that it runs by."""

    name: str
    active: int
    waiting: int
    held: str | None
    concurrency: int | None
    rate: RateModel | None
    max_waiting: int | None
    weight: int
    priority: int
    paused: bool
    ordered: bool
    own: list[str]

    @classmethod
    def of(cls, info: GroupInfo) -> Self:
        """A group."""
        rate = None if info.rate is None else (info.rate.count, seconds(info.rate.per))
        names = [name for name in cls.model_fields if name != "rate"]
        return cls.model_validate(
            {
                **{name: getattr(info, name) for name in names},
                "rate": None if rate is None else {"count": rate[0], "per": rate[1]},
            }
        )


class Rules(Asked):
    """Rules of one group: what is not given stays, null is no limit."""

    concurrency: _Count | None = None
    rate: RateBody | None = None
    max_waiting: _Count | None = None
    weight: Annotated[int, Field(ge=1, le=100), AsWhole] = 1
    priority: Annotated[int, Field(ge=0, le=10), AsWhole] = 5
    ordered: bool = False

    def given(self) -> GroupRules:
        """Those that were given."""
        rules = GroupRules()
        given = self.model_fields_set
        if "concurrency" in given:
            rules["concurrency"] = self.concurrency
        if "max_waiting" in given:
            rules["max_waiting"] = self.max_waiting
        if "rate" in given:
            rules["rate"] = None if self.rate is None else Rate(self.rate.count, self.rate.per)
        if "weight" in given:
            rules["weight"] = self.weight
        if "priority" in given:
            rules["priority"] = self.priority
        if "ordered" in given:
            rules["ordered"] = self.ordered
        return rules


class Which(Asked):
    """Which group."""

    group: Id


@router.get("", **needs(Action.VIEW))
async def list_groups(
    who: Who, desk: Desk, queue: QueueName, cursor: Cursor = None, limit: Limit = 50
) -> PageEnvelope[GroupModel]:
    """A page of the groups that have jobs or rules, by name."""
    page = await desk.groups.list(who, queue, cursor=cursor, limit=limit)
    return PageEnvelope(
        data=[GroupModel.of(each) for each in page.groups],
        pagination=Pagination(next_cursor=page.cursor, limit=page_of(limit)),
    )


@router.post("/pause", **needs(Action.PAUSE))
async def pause_group(who: Who, desk: Desk, queue: QueueName, body: Which) -> Envelope[Ok]:
    """Let none of its jobs start."""
    await desk.groups.pause(who, queue, body.group)
    return Envelope(data=Ok())


@router.post("/resume", **needs(Action.PAUSE))
async def resume_group(who: Who, desk: Desk, queue: QueueName, body: Which) -> Envelope[Ok]:
    """Let its jobs start again."""
    await desk.groups.resume(who, queue, body.group)
    return Envelope(data=Ok())


@router.get("/{group:path}", **needs(Action.VIEW))
async def read_group(
    who: Who, desk: Desk, queue: QueueName, group: GroupName
) -> Envelope[GroupModel]:
    """One group; one that nobody has heard of has the rules of its queue."""
    return Envelope(data=GroupModel.of(await desk.groups.get(who, queue, group)))


@router.patch("/{group:path}", **needs(Action.CONFIGURE))
async def configure_group(
    who: Who, desk: Desk, queue: QueueName, group: GroupName, body: Rules
) -> Envelope[GroupModel]:
    """Change rules of one group."""
    info = await desk.groups.configure(who, queue, group, **body.given())
    return Envelope(data=GroupModel.of(info))


@router.delete("/{group:path}", **needs(Action.CONFIGURE))
async def reset_group(who: Who, desk: Desk, queue: QueueName, group: GroupName) -> Envelope[Ok]:
    """Let it have the rules of its queue again."""
    await desk.groups.reset(who, queue, group)
    return Envelope(data=Ok())
