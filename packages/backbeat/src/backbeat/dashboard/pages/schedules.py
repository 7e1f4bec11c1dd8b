"""Schedules: when each fires next."""

from backbeat.dashboard.components.look import button, heading, nothing, panel, text
from backbeat.dashboard.components.table import Column, fill, table
from backbeat.dashboard.components.text import ago, moment, number
from backbeat.dashboard.pages.schedule_form import put_schedule
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action

COLUMNS = (
    Column("name", "Schedule", "link"),
    Column("queue", "Queue"),
    Column("rule", "Rule"),
    Column("handler", "Handler"),
    Column("state", "State", "state"),
    Column("next", "Next, UTC"),
    Column("until", "In"),
    Column("fired", "Fired", "number"),
)


@screen("/schedules", "Schedules", "schedules")
async def schedules_page(visit: Visit) -> Refresh:
    """All of them, those that fire next first."""
    with heading("Schedules"):
        text("", "grow")
        if visit.may_somewhere(Action.CONFIGURE):
            button("Make a schedule", lambda: put_schedule(visit), icon="add")
    with panel():
        none = nothing(
            "event_repeat", "There is no schedule yet",
            "Declare one with app.schedule(...), or make one with backbeat schedules.",
        )  # fmt: skip
        schedules = table(COLUMNS, [], key="key")

    async def refresh() -> None:
        found = sorted(
            await visit.service.schedules.list(visit.caller),
            key=lambda each: (each.next_at is None, each.next_at or 0, each.queue, each.name),
        )
        fill(schedules, [
            {
                "key": f"{each.queue}/{each.name}", "name": each.name,
                "name_href": visit.href("schedules", each.queue, each.name),
                "queue": each.queue, "rule": each.rule, "handler": each.handler,
                "state": "paused" if each.paused else "running",
                "next": moment(each.next_at), "until": ago(each.next_at),
                "fired": number(each.fired),
            }
            for each in found
        ])  # fmt: skip
        none.set_visibility(not found)
        schedules.set_visibility(bool(found))

    return refresh
