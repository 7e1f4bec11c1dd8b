"""Schedules."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from backbeat import Window, at, cron, every
from backbeat.app import ScheduleInfo, ScheduleOptions
from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Envelope, Ok, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.job_choices import JobChoices
from backbeat.gateway.routes.jobs import AddedModel
from backbeat.gateway.routes.parameters import (
    LONGEST_S,
    NAME,
    AsWhole,
    Moment,
    Name,
    QueueName,
    ScheduleName,
    Seconds,
)
from backbeat.gateway.service.schedules import NewSchedule
from backbeat.schedules.rule import Rule

router = APIRouter(prefix="/schedules", tags=["schedules"], route_class=GatewayRoute)


class ScheduleModel(Shown):
    """A schedule."""

    name: str
    queue: str
    rule: str
    handler: str
    data: Any = Field(description="Arguments of its jobs; null where they may not be read.")
    next_at: datetime | None
    paused: bool
    fired: int
    missed: str
    window: float | None
    cap: int
    overlap: str
    jitter: float
    start: datetime | None
    end: datetime | None
    limit: int | None
    declared: bool
    running: list[str]
    parked: list[str]

    @classmethod
    def of(cls, info: ScheduleInfo) -> Self:
        """A schedule as one caller sees it."""
        names = [name for name in cls.model_fields if name != "data"]
        return cls.model_validate(
            {**{name: getattr(info, name) for name in names}, "data": info.arguments}
        )


class RunModel(Shown):
    """How one slot ended."""

    slot: datetime
    job_id: str | None
    outcome: str
    started_at: datetime | None
    ended_at: datetime
    count: int
    duration: float | None


class Upsert(JobChoices):
    """A schedule: one of `cron`, `every` and `at` says when.

    What its jobs have been given before (priority, retries, group, ...) stays unless it is given
    here, as long as their handler is the same.
    """

    handler: Name
    data: Any = Field(default_factory=dict, description="Arguments of its jobs.")
    cron: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    tz: Annotated[str, Field(max_length=64)] = "UTC"
    every: Annotated[float, Field(ge=0.01, le=LONGEST_S)] | None = None
    at: Moment | None = None
    missed: Literal["skip", "one", "all", "window"] = "one"
    window: Seconds | None = Field(default=None, description="How old, for `window`; in seconds.")
    cap: Annotated[int, Field(ge=1, le=1_000), AsWhole] = 100
    overlap: Literal["allow", "skip", "queue", "cancel"] = "allow"
    jitter: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    start: Moment | None = None
    end: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=1_000_000_000), AsWhole] | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if sum(each is not None for each in (self.cron, self.every, self.at)) != 1:
            raise ValueError("give one of cron, every and at")
        if (self.missed == "window") != (self.window is not None):
            raise ValueError("missed: window and window belong together")
        return self

    def as_schedule(self) -> NewSchedule:
        """The schedule."""
        missed = Window(self.window or 0.0) if self.missed == "window" else self.missed
        options = ScheduleOptions(
            missed=missed, cap=self.cap, overlap=self.overlap, jitter=self.jitter,
            start=self.start, end=self.end, limit=self.limit,
        )  # fmt: skip
        return NewSchedule(self._rule(), self.handler, self.data, options, self.choices())

    def _rule(self) -> Rule:
        if self.cron is not None:
            return cron(self.cron, self.tz)
        if self.every is not None:
            return every(self.every)
        assert self.at is not None
        return at(self.at)


@router.get("", **needs(Action.VIEW))
async def list_schedules(
    who: Who, desk: Desk, queue: Annotated[str | None, Query(pattern=NAME)] = None
) -> Envelope[list[ScheduleModel]]:
    """Every schedule that whoever asks may see, by queue and name."""
    found = await desk.schedules.list(who, queue)
    return Envelope(data=[ScheduleModel.of(each) for each in found])


@router.get("/{queue}/{name}", **needs(Action.VIEW))
async def read_schedule(
    who: Who, desk: Desk, queue: QueueName, name: ScheduleName
) -> Envelope[ScheduleModel]:
    """One schedule."""
    return Envelope(data=ScheduleModel.of(await desk.schedules.get(who, queue, name)))


@router.get("/{queue}/{name}/history", **needs(Action.VIEW))
async def read_history(
    who: Who, desk: Desk, queue: QueueName, name: ScheduleName,
    count: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Envelope[list[RunModel]]:  # fmt: skip
    """How its last slots ended, the newest first."""
    runs = await desk.schedules.history(who, queue, name, count)
    return Envelope(data=[RunModel.model_validate(each) for each in runs])


@router.get("/{queue}/{name}/next", **needs(Action.VIEW))
async def preview_schedule(
    who: Who, desk: Desk, queue: QueueName, name: ScheduleName,
    count: Annotated[int, Query(ge=1, le=100)] = 5,
) -> Envelope[list[datetime]]:  # fmt: skip
    """Its next slots, in the zone of its rule."""
    return Envelope(data=list(await desk.schedules.preview(who, queue, name, count)))


@router.put("/{queue}/{name}", **needs(Action.CONFIGURE))
async def put_schedule(
    who: Who, desk: Desk, queue: QueueName, name: ScheduleName, body: Upsert
) -> Envelope[ScheduleModel]:
    """Make a schedule, or change the one of this name."""
    info = await desk.schedules.upsert(who, queue, name, body.as_schedule())
    return Envelope(data=ScheduleModel.of(info))


@router.post("/{queue}/{name}/pause", **needs(Action.PAUSE))
async def pause_schedule(
    who: Who, desk: Desk, queue: QueueName, name: ScheduleName
) -> Envelope[Ok]:
    """Let it fire nothing until it is resumed."""
    await desk.schedules.pause(who, queue, name)
    return Envelope(data=Ok())


@router.post("/{queue}/{name}/resume", **needs(Action.PAUSE))
async def resume_schedule(
    who: Who, desk: Desk, queue: QueueName, name: ScheduleName
) -> Envelope[Ok]:
    """Let it go on with the first slot after now."""
    await desk.schedules.resume(who, queue, name)
    return Envelope(data=Ok())


@router.post("/{queue}/{name}/run", status_code=201, **needs(Action.ADD))
async def run_schedule(
    who: Who, desk: Desk, queue: QueueName, name: ScheduleName
) -> Envelope[AddedModel]:
    """Make a job of it at once."""
    handle = await desk.schedules.run_now(who, queue, name)
    return Envelope(data=AddedModel(id=handle.id, created=handle.created))


@router.delete("/{queue}/{name}", **needs(Action.CONFIGURE))
async def remove_schedule(
    who: Who, desk: Desk, queue: QueueName, name: ScheduleName
) -> Envelope[Ok]:
    """Remove it with its history; one that the code declares is back with the next worker."""
    await desk.schedules.remove(who, queue, name)
    return Envelope(data=Ok())
