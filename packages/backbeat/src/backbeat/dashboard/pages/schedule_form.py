"""What is asked before a schedule is made or changed."""

import re
from typing import Final, cast

from nicegui import ui

from backbeat import Window
from backbeat.app import ScheduleInfo, ScheduleOptions
from backbeat.dashboard.components.dialog import Dialog
from backbeat.dashboard.components.fields import choice, data, json_in, line, written
from backbeat.dashboard.components.go import go
from backbeat.dashboard.components.rule_words import FORMS, read_rule
from backbeat.dashboard.components.text import pretty
from backbeat.dashboard.visit import Visit
from backbeat.errors import InvalidOption
from backbeat.gateway.service.schedules import NewSchedule
from backbeat.schedules.missed import Missed

_MISSED: Final = ("one", "skip", "all", "window")
_OVERLAP: Final = ("allow", "skip", "queue", "cancel")


async def put_schedule(visit: Visit, info: ScheduleInfo | None = None) -> None:
    """Ask for a schedule: for a new one, or for what shall change in one that is there.

    Args:
        visit: Who is at the page.
        info: The one that is there. Defaults to None: a new one.
    """
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
            missed = choice("Missed slots", _MISSED, _policy(info))
            overlap = choice("Overlap", _OVERLAP, info.overlap if info else "allow")
        window = line("How old they may be, in seconds", _window(info), most=20)
        window.bind_visibility_from(missed, "value", value="window")

    async def deed() -> str:
        where, called = written(queue), written(name)
        if where is None or called is None:
            raise InvalidOption("a schedule needs a queue and a name")
        options = cast("ScheduleOptions", {
            **_kept(info), "missed": _missed(str(missed.value), written(window)),
            "overlap": overlap.value,
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


def _policy(info: ScheduleInfo | None) -> str:
    """The policy, of which the words of `missed` say more."""
    return re.split(r"\W", info.missed)[0] if info else "one"


def _window(info: ScheduleInfo | None) -> str:
    return (
        "" if info is None or info.window is None else f"{info.window:.3f}".rstrip("0").rstrip(".")
    )


def _missed(policy: str, window: str | None) -> Missed:
    if policy != "window":
        return cast("Missed", policy)
    try:
        return Window(float(window or ""))
    except ValueError:
        raise InvalidOption(f"window {window!r}: say how many seconds a slot may be old") from None


def _kept(info: ScheduleInfo | None) -> dict[str, object]:
    """What the form does not ask for stays."""
    names = ("jitter", "start", "end", "limit", "cap") if info else ()
    return {name: getattr(info, name) for name in names}
