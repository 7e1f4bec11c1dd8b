"""What is asked before a schedule is made or changed."""

from typing import Final, cast

from nicegui import ui

from backbeat.app import ScheduleInfo, ScheduleOptions
from backbeat.dashboard.components.dialog import Dialog
from backbeat.dashboard.components.fields import choice, data, json_in, line, written
from backbeat.dashboard.components.go import go
from backbeat.dashboard.components.rule_words import FORMS, read_rule
from backbeat.dashboard.components.text import pretty
from backbeat.dashboard.visit import Visit
from backbeat.errors import InvalidOption
from backbeat.gateway.service.schedules import NewSchedule

_MISSED: Final = ("one", "skip", "all")
_OVERLAP: Final = ("allow", "skip", "queue", "cancel")


async def put_schedule(visit: Visit, info: ScheduleInfo | None = None) -> None:
    """Ask for a schedule: for a new one, or for what shall change in one that is there.

    Args:
        visit: Who is at the page.
        info: The one that is there. Defaults to None: a new one.
    """
    old = info.missed.partition(",")[0] if info else "one"
    dialog = Dialog("Change the schedule" if info else "Make a schedule", f"A rule: {FORMS}.")
    with dialog:
        queue = line("Queue", info.queue if info else "", most=128)
        name = line("Name", info.name if info else "", most=80)
        for each in (queue, name):
            each.set_enabled(info is None)
        rule = line("Rule", info.rule if info else "")
        handler = line("Handler", info.handler if info else "", most=128)
        arguments = data("Arguments, as JSON", pretty(info.arguments) if info else "{}")
        with ui.element("div").classes("pair"):
            missed = choice("Missed slots", _MISSED, old if old in _MISSED else "one")
            overlap = choice("Overlap", _OVERLAP, info.overlap if info else "allow")

    async def deed() -> str:
        where, called = written(queue), written(name)
        if where is None or called is None:
            raise InvalidOption("a schedule needs a queue and a name")
        options = cast("ScheduleOptions", {
            **_kept(info), "missed": missed.value, "overlap": overlap.value,
        })  # fmt: skip
        schedule = NewSchedule(
            read_rule(rule.value or ""), handler.value or "", json_in(arguments), options
        )
        await visit.service.schedules.upsert(visit.caller, where, called, schedule)
        if info is None:
            go(visit, "schedules", where, called)
        return f"{called} is set"

    dialog.offer(visit, "Save", deed)
    await dialog.shown()


def _kept(info: ScheduleInfo | None) -> dict[str, object]:
    """What the form does not ask for stays."""
    names = ("jitter", "start", "end", "limit") if info else ()
    return {name: getattr(info, name) for name in names}
