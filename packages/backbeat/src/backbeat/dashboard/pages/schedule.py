"""One schedule: its next slots, how the last ones ended, and what can be done."""

from collections.abc import Sequence
from datetime import datetime

from backbeat.app import ScheduledRun, ScheduleInfo
from backbeat.dashboard.components.redrawn import Redrawn
from backbeat.dashboard.components.text import ago, duration, moment, pretty
from backbeat.dashboard.pages.schedule_actions import ScheduleActions
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.pages.look import (
    box,
    code,
    facts,
    heading,
    nothing,
    paint,
    panel,
    state,
    text,
)
from backbeat.pages.table import Column, table

RUNS = (
    Column("slot", "Slot, UTC"),
    Column("job", "Job", "link"),
    Column("outcome", "Outcome", "state"),
    Column("took", "Took", "number"),
)


@screen("/schedules/{queue}/{name}", "Schedule", "schedules")
async def schedule_page(visit: Visit, queue: str, name: str) -> Refresh:
    """One schedule."""
    info = await visit.service.schedules.get(visit.caller, queue, name)
    with heading(name, ("Schedules", visit.href("schedules"))):
        badge = state(_state(info))
        text("", "grow")
        buttons = ScheduleActions(visit, info)
    body = Redrawn()

    async def refresh() -> None:
        asked, who = visit.service.schedules, visit.caller
        info = await asked.get(who, queue, name)
        runs = await asked.history(who, queue, name)
        slots = await asked.preview(who, queue, name, 10)
        paint(badge, _state(info))
        buttons.show(info)
        body.show([info, runs, slots], lambda: _draw(visit, info, runs, slots))

    return refresh


def _state(info: ScheduleInfo) -> str:
    return "paused" if info.paused else "running"


def _draw(
    visit: Visit, info: ScheduleInfo, runs: Sequence[ScheduledRun], slots: Sequence[datetime]
) -> None:
    with box("split"):
        with panel("Facts"):
            facts({
                "Rule": info.rule, "Handler": info.handler, "Queue": info.queue,
                "Missed slots": info.missed, "Overlap": info.overlap,
                "Fired": f"{info.fired:,}",
                "Declared": "in code" if info.declared else "at run time",
            })  # fmt: skip
            code(pretty(info.arguments))
        with panel("Next slots"), box("steps"):
            for slot in slots:
                with box("step"):
                    text(ago(slot), "quiet")
                    text(slot.strftime("%a %Y-%m-%d %H:%M:%S %Z"), "number")
            if not slots:
                nothing("event_busy", "None follows", "Its rule or its limit is at the end.")
    with panel("Last runs"):
        if runs:
            _history(visit, info, runs)
        else:
            nothing("history", "It has not run yet", "Run it now to try it.")


def _history(visit: Visit, info: ScheduleInfo, runs: Sequence[ScheduledRun]) -> None:
    table(RUNS, [
        {
            "key": f"{number}", "slot": moment(each.slot), "job": each.job_id or "",
            "job_href": visit.href("queues", info.queue, "jobs", each.job_id or ""),
            "outcome": each.outcome, "took": duration(each.duration),
        }
        for number, each in enumerate(runs)
    ], key="key")  # fmt: skip
