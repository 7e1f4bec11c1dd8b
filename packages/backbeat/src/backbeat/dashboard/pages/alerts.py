"""Alerts: what is wrong now, of what nobody is told, by which rules, and what happened."""

from typing import Any, Final

from backbeat.alerts import ActiveAlert, Happened, Silence
from backbeat.dashboard.components.act import action, offer
from backbeat.dashboard.components.text import ago, moment, pretty
from backbeat.dashboard.pages.alert_forms import end_silence, silence
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action
from backbeat.gateway.service.alerts import RuleView, queue_of
from backbeat.pages.look import (
    box,
    facts,
    heading,
    link,
    nothing,
    paint,
    panel,
    state,
    text,
)
from backbeat.pages.parts import Fill, Parts
from backbeat.pages.table import Column, Row, fill, table

RULES: Final = (
    Column("name", "Rule"),
    Column("kind", "Kind"),
    Column("severity", "Severity", "state"),
    Column("queues", "Queues"),
    Column("settings", "When"),
    Column("channels", "Told by"),
)
HAPPENED: Final = (
    Column("at", "When, UTC"),
    Column("what", "What", "state"),
    Column("text", "Of what"),
)
_LOGGED: Final = 50
_LONGEST: Final = 300


@screen("/alerts", "Alerts", "alerts")
async def alerts_page(visit: Visit) -> Refresh:
    """All of it."""
    with heading("Alerts"):
        text("", "grow")
        offer(visit, Action.CONFIGURE, "Silence", lambda: silence(visit), icon="notifications_off")
    alerts = Parts[ActiveAlert](
        lambda alert: alert.key, lambda alert: _alert(visit, alert), _all_well, "split"
    )
    with panel("Silences"):
        silences = Parts[Silence](
            lambda each: each.pattern, lambda each: _silence(visit, each),
            lambda: text("None: whoever a rule names is told.", "quiet"),
        )  # fmt: skip
    with panel("Rules"):
        table(RULES, [_rule(each) for each in await visit.service.alerts.rules(visit.caller)],
              key="name")  # fmt: skip
    happened = None
    if visit.principal.may(Action.READ_DATA):
        with panel("What happened"):
            happened = table(HAPPENED, [], key="key")

    async def refresh() -> None:
        asked, who = visit.service.alerts, visit.caller
        alerts.show(await asked.active(who))
        silences.show(await asked.silences(who))
        if happened is not None:
            fill(happened, _happened(await asked.history(who, _LOGGED)))

    return refresh


def _all_well() -> Any:
    with panel() as made:
        nothing(
            "notifications_none", "No alert is raised",
            "`backbeat alerts run` looks by the rules below, and tells whom they name.",
        )  # fmt: skip
    return made


def _alert(visit: Visit, alert: ActiveAlert) -> Fill[ActiveAlert]:
    about, queue = alert.about, queue_of(alert.key)
    with panel(str(about.get("summary") or alert.key)):
        with box("items"):
            badge = state(str(about.get("severity") or "warning"))
            told = text("", "quiet")
            text("", "grow")
            if queue:
                link(queue, visit.href("queues", queue))
        facts({"Since": f"{moment(alert.since)} UTC", "Key": alert.key})
        seen = text("", "quiet", "small")
        with box("items"):
            offer(
                visit, Action.CONFIGURE, "Silence", lambda: silence(visit, alert.key),
                icon="notifications_off",
            )  # fmt: skip

    def fill_it(alert: ActiveAlert) -> None:
        paint(badge, str(alert.about.get("severity") or "warning"))
        told.set_text("people were told" if alert.told else "silenced: nobody was told")
        seen.set_text(f"last seen {ago(alert.seen)}")

    return fill_it


def _silence(visit: Visit, each: Silence) -> Fill[Silence]:
    with box("items", "line"):
        text(each.pattern)
        until = text("", "quiet")
        why = text("", "quiet")
        text("", "grow")
        action(
            visit, Action.CONFIGURE, "End", end_silence(visit, each.pattern),
            icon="notifications_active",
        )  # fmt: skip

    def fill_it(each: Silence) -> None:
        until.set_text(f"until {moment(each.until)} UTC")
        why.set_text(each.reason)

    return fill_it


def _rule(rule: RuleView) -> Row:
    return {
        "name": rule.name, "kind": rule.kind, "severity": rule.severity,
        "queues": ", ".join(rule.queues) or "all",
        "settings": ", ".join(f"{name} {value}" for name, value in rule.settings.items()),
        "channels": ", ".join(rule.channels) or "nobody",
    }  # fmt: skip


def _happened(found: list[Happened] | Any) -> list[Row]:
    return [
        {
            "key": f"{each.at.timestamp()} {number}", "at": moment(each.at), "what": each.what,
            "text": _words(each.text)[:_LONGEST],
        }
        for number, each in enumerate(found)
    ]  # fmt: skip


def _words(said: str) -> str:
    import msgspec

    try:
        about = msgspec.json.decode(said)
    except msgspec.DecodeError:
        return said
    summary = about.get("summary") if isinstance(about, dict) else None
    return str(summary) if summary else pretty(about)
