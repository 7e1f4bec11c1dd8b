"""Alerts. A pattern is any text, so it stands in the body."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from backbeat.alerts import ActiveAlert
from backbeat.gateway.access import Action
from backbeat.gateway.http.envelope import Asked, Envelope, Ok, Shown
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs
from backbeat.gateway.routes.parameters import Reason, page_of
from backbeat.gateway.service.alerts import queue_of

router = APIRouter(prefix="/alerts", tags=["alerts"], route_class=GatewayRoute)

Pattern = Annotated[
    str,
    Field(
        min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]+$",
        description="Key of an alert, name of a rule, or * for all.",
    ),
]  # fmt: skip


class AlertModel(Shown):
    """Something that is wrong."""

    key: str
    rule: str
    queue: str
    kind: str
    severity: str
    summary: str
    since: datetime
    seen: datetime
    told: bool = Field(description="Whether anybody was told; false while it is silenced.")
    data: Any = Field(description="Facts about it; null for who may not read data.")


class RuleModel(Shown):
    """By what watchers look."""

    name: str
    kind: str
    severity: str
    lasting: bool
    cooldown: float
    queues: list[str] = Field(description="Empty: all.")
    channels: list[str]
    settings: dict[str, Any] = Field(description="What only rules of this kind have.")


class SilenceModel(Shown):
    """Of what nobody is told."""

    pattern: str
    until: datetime
    reason: str


class HappenedModel(Shown):
    """Something that happened to alerts."""

    at: datetime
    what: str
    text: str


class SilenceAlerts(Asked):
    """Of what nobody is told, for how many seconds, and why."""

    pattern: Pattern
    seconds: Annotated[float, Field(gt=0, le=31_557_600)] = 3_600.0
    reason: Reason = ""


class UnsilenceAlerts(Asked):
    """Of what is told again."""

    pattern: Pattern


@router.get("", **needs(Action.VIEW))
async def list_alerts(who: Who, desk: Desk) -> Envelope[list[AlertModel]]:
    """The alerts that are there, in queues that whoever asks may see, by key."""
    return Envelope(data=[_alert(each) for each in await desk.alerts.active(who)])


@router.get("/rules", **needs(Action.VIEW))
async def list_rules(who: Who, desk: Desk) -> Envelope[list[RuleModel]]:
    """The rules and who brings what they find, as the project's file or the options say."""
    return Envelope(data=[RuleModel.model_validate(each) for each in await desk.alerts.rules(who)])


@router.get("/history", **needs(Action.READ_DATA))
async def read_history(
    who: Who,
    desk: Desk,
    limit: Annotated[int, Query(ge=1, description="At most so many; never more than 200.")] = 50,
) -> Envelope[list[HappenedModel]]:
    """What happened to alerts and to those who bring them, the newest first."""
    found = await desk.alerts.history(who, page_of(limit))
    return Envelope(data=[HappenedModel.model_validate(each) for each in found])


@router.get("/silences", **needs(Action.VIEW))
async def list_silences(who: Who, desk: Desk) -> Envelope[list[SilenceModel]]:
    """Of what nobody is told now."""
    found = await desk.alerts.silences(who)
    return Envelope(data=[SilenceModel.model_validate(each) for each in found])


@router.post("/silence", **needs(Action.CONFIGURE))
async def silence_alerts(who: Who, desk: Desk, body: SilenceAlerts) -> Envelope[Ok]:
    """Tell nobody of some alerts for so long; what outlasts it is told then."""
    await desk.alerts.silence(who, body.pattern, body.seconds, body.reason)
    return Envelope(data=Ok())


@router.post("/unsilence", **needs(Action.CONFIGURE))
async def unsilence_alerts(who: Who, desk: Desk, body: UnsilenceAlerts) -> Envelope[Ok]:
    """End a silence."""
    await desk.alerts.silence(who, body.pattern, 0, "")
    return Envelope(data=Ok())


def _alert(alert: ActiveAlert) -> AlertModel:
    told = {name: alert.about.get(name, "") for name in ("kind", "severity", "summary")}
    return AlertModel(
        key=alert.key, rule=alert.key.partition("|")[0], queue=queue_of(alert.key),
        since=alert.since, seen=alert.seen, told=alert.told, data=alert.about.get("data"), **told,
    )  # fmt: skip
