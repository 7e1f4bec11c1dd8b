"""Schedules: a calendar of what fires next, and all of them."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from backbeat.app import ScheduleInfo
from backbeat.dashboard.components.redrawn import Redrawn
from backbeat.dashboard.components.text import ago, moment, number
from backbeat.dashboard.pages.calendar import MOST_SLOTS, draw_week, week
from backbeat.dashboard.pages.schedule_form import put_schedule
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.errors import BackbeatError
from backbeat.gateway.access import Action
from backbeat.pages.look import button, heading, nothing, panel, text
from backbeat.pages.table import Column, Row, fill, table

COLUMNS: Final = (
    Column("name", "Schedule", "link"),
    Column("queue", "Queue"),
    Column("rule", "Rule"),
    Column("handler", "Handler"),
    Column("state", "State", "state"),
    Column("next", "Next, UTC"),
    Column("until", "In"),
    Column("fired", "Fired", "number"),
)
# Their slots are worked out: for more of them the calendar would take the time of others.
_MOST_DRAWN: Final = 60
_EVERY_S: Final = 30.0


@screen("/schedules", "Schedules", "schedules")
async def schedules_page(visit: Visit) -> Refresh:
    """All of them, those that fire next first."""
    with heading("Schedules"):
        text("", "grow")
        if visit.may_somewhere(Action.CONFIGURE):
            button("Make a schedule", lambda: put_schedule(visit), icon="add")
    with panel("The next seven days, UTC"):
        calendar = Redrawn()
    with panel("All schedules"):
        none = nothing(
            "event_repeat", "There is no schedule yet",
            "Declare one with app.schedule(...), or make one here.",
        )  # fmt: skip
        schedules = table(COLUMNS, [], key="key")
    drawn_at = float("-inf")

    async def refresh() -> None:
        nonlocal drawn_at
        found = sorted(
            await visit.service.schedules.list(visit.caller),
            key=lambda each: (each.next_at is None, each.next_at or 0, each.queue, each.name),
        )
        fill(schedules, [_row(visit, each) for each in found])
        none.set_visibility(not found)
        schedules.set_visibility(bool(found))
        if time.monotonic() - drawn_at > _EVERY_S:
            drawn_at = time.monotonic()
            shown = found[:_MOST_DRAWN]
            slots = await asyncio.gather(*(_slots(visit, each) for each in shown))
            days = week([*zip(shown, slots, strict=True)], datetime.now(UTC).date())
            calendar.show(days, lambda: draw_week(visit, days))

    return refresh


async def _slots(visit: Visit, info: ScheduleInfo) -> Sequence[datetime]:
    try:
        return await visit.service.schedules.preview(
            visit.caller, info.queue, info.name, MOST_SLOTS
        )
    except BackbeatError:
        return []  # removed since, or broken: its own page says which


def _row(visit: Visit, info: ScheduleInfo) -> Row:
    return {
        "key": f"{info.queue}/{info.name}", "name": info.name,
        "name_href": visit.href("schedules", info.queue, info.name),
        "queue": info.queue, "rule": info.rule, "handler": info.handler,
        "state": "paused" if info.paused else "running", "next": moment(info.next_at),
        "until": ago(info.next_at), "fired": number(info.fired),
    }  # fmt: skip
