"""What is asked before a job is changed: other arguments, another time, another priority."""

from nicegui import ui

from backbeat import State
from backbeat.dashboard.components.dialog import Dialog
from backbeat.dashboard.components.fields import data, json_in, number_in, whole
from backbeat.dashboard.components.go import go
from backbeat.dashboard.components.text import pretty
from backbeat.dashboard.visit import Visit
from backbeat.errors import InvalidOption
from backbeat.gateway.service.intake import NewJob
from backbeat.gateway.service.looking import JobView

_LONGEST_S = 31_536_000


async def edit(visit: Visit, view: JobView) -> None:
    """Show its arguments to be changed; add a job like it with these, or give it these."""
    info, jobs = view.info, visit.service.jobs
    dialog = Dialog("Edit and replay", "A value that reads [redacted] stays as it is.")
    with dialog:
        arguments = data("Arguments, as JSON", pretty(info.arguments))

    async def change() -> str:
        await jobs.edit(visit.caller, info.queue, info.id, json_in(arguments))
        return "its arguments were changed"

    async def replay() -> str:
        handle = await jobs.replay(visit.caller, info.queue, info.id, json_in(arguments))
        go(visit, "queues", info.queue, "jobs", handle.id)
        return f"added as {handle.id}"

    if info.finished_at is None and info.state is not State.ACTIVE:
        dialog.offer(visit, "Change this job", change)
    dialog.offer(visit, "Add as a new job", replay)
    await dialog.shown()


async def reschedule(visit: Visit, view: JobView) -> None:
    """Ask when it shall start."""
    info = view.info
    dialog = Dialog("Reschedule", "From now on; 0 is at once.")
    with dialog:
        seconds = whole("Start in seconds", 60, least=0, most=_LONGEST_S)

    async def deed() -> str:
        wait = number_in(seconds)
        if wait is None:
            raise InvalidOption("say in how many seconds it shall start")
        await visit.service.jobs.reschedule(visit.caller, info.queue, info.id, delay=wait)
        return f"it starts in {wait:,} s"

    dialog.offer(visit, "Reschedule", deed)
    await dialog.shown()


async def reprioritise(visit: Visit, queue: str, job_ids: list[str], priority: int = 5) -> None:
    """Ask how urgent jobs are."""
    dialog = Dialog("Priority", "0 to 10; larger is more urgent.")
    with dialog:
        level = whole("Priority", priority, least=0, most=10)

    async def deed() -> str:
        wanted = number_in(level)
        if wanted is None:
            raise InvalidOption("say which priority, 0 to 10")
        count = await visit.service.jobs.reprioritise(visit.caller, queue, job_ids, wanted)
        return f"{count:,} changed"

    dialog.offer(visit, "Change", deed)
    await dialog.shown()


async def add(visit: Visit, queue: str) -> None:
    """Ask for a new job."""
    handlers = [*visit.service.app.queue(queue).handlers]
    dialog = Dialog("Add a job")
    with dialog:
        name = ui.input("Handler", value=next(iter(handlers), ""), autocomplete=handlers)
        name.props("outlined dense maxlength=128")
        arguments = data("Arguments, as JSON", "{}")

    async def deed() -> str:
        job = NewJob(str(name.value or ""), json_in(arguments))
        handle = await visit.service.intake.add(visit.caller, queue, job)
        return f"added as {handle.id}"

    dialog.offer(visit, "Add", deed)
    await dialog.shown()
