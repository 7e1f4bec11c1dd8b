"""One schedule: its next slots, how the last ones ended, and what can be done."""

from nicegui import ui

from backbeat.dashboard.components.act import action
from backbeat.dashboard.components.look import (
    box,
    code,
    facts,
    heading,
    nothing,
    panel,
    state,
    text,
)
from backbeat.dashboard.components.table import Column, table
from backbeat.dashboard.components.text import ago, duration, moment, pretty
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action

RUNS = (
    Column("slot", "Slot, UTC"),
    Column("job", "Job", "link"),
    Column("outcome", "Outcome", "state"),
    Column("took", "Took", "number"),
)


@screen("/schedules/{queue}/{name}", "Schedule", "schedules")
async def schedule_page(visit: Visit, queue: str, name: str) -> Refresh:
    """One schedule."""
    body = ui.element("div").classes("page").style("padding: 0")
    shown: list[object] = []

    async def refresh() -> None:
        asked, who = visit.service.schedules, visit.caller
        info = await asked.get(who, queue, name)
        runs = await asked.history(who, queue, name)
        slots = await asked.preview(who, queue, name, 10)
        if shown == [info, runs, slots]:
            return
        shown[:] = [info, runs, slots]
        body.clear()
        with body:
            with heading(name, ("Schedules", visit.href("schedules"))):
                state("paused" if info.paused else "running")
                text("", "grow")
                _actions(visit, queue, name, paused=info.paused)
            with box("split"):
                with panel("Facts"):
                    facts({
                        "Rule": info.rule, "Handler": info.handler, "Queue": queue,
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
                        nothing(
                            "event_busy", "None follows", "Its rule or its limit is at the end."
                        )
            with panel("Last runs"):
                if not runs:
                    nothing("history", "It has not run yet", "Run it now to try it.")
                else:
                    table(RUNS, [
                        {
                            "key": each.slot.isoformat(), "slot": moment(each.slot),
                            "job": each.job_id or "", "outcome": each.outcome,
                            "job_href": visit.href("queues", queue, "jobs", each.job_id or ""),
                            "took": duration(each.duration),
                        }
                        for each in runs
                    ], key="key")  # fmt: skip

    return refresh


def _actions(visit: Visit, queue: str, name: str, *, paused: bool) -> None:
    schedules = visit.service.schedules

    async def pause() -> str:
        await schedules.pause(visit.caller, queue, name)
        return f"{name} is paused"

    async def resume() -> str:
        await schedules.resume(visit.caller, queue, name)
        return f"{name} goes on"

    async def run_now() -> str:
        return f"added {(await schedules.run_now(visit.caller, queue, name)).id}"

    if paused:
        action(visit, Action.PAUSE, "Resume", resume, queue=queue, icon="play_arrow")
    else:
        action(visit, Action.PAUSE, "Pause", pause, queue=queue, icon="pause")
    action(visit, Action.ADD, "Run now", run_now, queue=queue, icon="bolt")
