"""What can be done to one job."""

import json

from nicegui import ui

from backbeat import State
from backbeat.dashboard.components.act import action, carry_out
from backbeat.dashboard.components.look import text
from backbeat.dashboard.components.text import pretty
from backbeat.dashboard.visit import Visit
from backbeat.errors import InvalidPayload
from backbeat.gateway.access import Action
from backbeat.gateway.service.looking import JobView

_LONGEST = 262_144


def job_actions(visit: Visit, view: JobView) -> None:
    """Buttons for what makes sense in its state."""
    info, jobs = view.info, visit.service.jobs
    queue, ids = info.queue, [info.id]
    ended = info.finished_at is not None

    async def retry() -> str:
        return f"{await jobs.retry(visit.caller, queue, ids)} runs again"

    async def promote() -> str:
        return f"{await jobs.promote(visit.caller, queue, ids)} starts now"

    async def cancel() -> str:
        ends = await jobs.cancel(visit.caller, queue, ids, "cancelled in the dashboard")
        return f"it is {ends[info.id]}"

    async def remove() -> str:
        removed = await jobs.remove(visit.caller, queue, ids)
        if removed.active:
            return "it runs, and stays"
        ui.navigate.to(visit.href("queues", queue))
        return "it was removed"

    if ended:
        action(visit, Action.RETRY, "Retry", retry, queue=queue, icon="replay")
    if info.state is State.DELAYED:
        action(visit, Action.RETRY, "Start now", promote, queue=queue, icon="play_arrow")
    if not ended:
        action(
            visit, Action.CANCEL, "Cancel", cancel, queue=queue, icon="cancel",
            ask="Cancel this job? If it runs, it is asked to stop.",
        )  # fmt: skip
    if view.readable and visit.may(Action.EDIT_DATA, queue):
        ui.button(
            "Edit and replay", icon="edit", on_click=lambda: edit(visit, view), color=None
        ).props("outline no-caps dense padding='4px 12px' color=primary")
    if info.state is not State.ACTIVE:
        action(
            visit, Action.REMOVE, "Remove", remove, queue=queue, icon="delete", danger=True,
            ask="Remove this job with all that is kept of it?",
        )  # fmt: skip


async def edit(visit: Visit, view: JobView) -> None:
    """Show its arguments to be changed; add a job like it with these, or give it these."""
    info = view.info
    can_change = info.finished_at is None and info.state is not State.ACTIVE
    with ui.dialog() as dialog, ui.element("div").classes("dialog"):
        text("Edit and replay", tag="h2")
        text("A value that reads [redacted] stays as it is.", "quiet")
        field = ui.textarea("Arguments, as JSON", value=pretty(info.arguments))
        field.props(f"outlined autogrow maxlength={_LONGEST} input-style='font-family: monospace'")
        with ui.element("div").classes("row"):
            ui.button("Back", on_click=lambda: dialog.submit(None)).props("flat no-caps")
            if can_change:
                ui.button("Change this job", on_click=lambda: dialog.submit("edit")).props(
                    "outline no-caps"
                )
            ui.button("Add as a new job", on_click=lambda: dialog.submit("replay")).props(
                "no-caps unelevated"
            )
    chosen, written = await dialog, str(field.value or "")
    dialog.delete()

    async def deed() -> str:
        try:
            data = json.loads(written)
        except (ValueError, RecursionError) as error:
            raise InvalidPayload(f"the arguments are no JSON: {error}") from None
        if chosen == "edit":
            await visit.service.jobs.edit(visit.caller, info.queue, info.id, data)
            return "its arguments were changed"
        handle = await visit.service.jobs.replay(visit.caller, info.queue, info.id, data)
        ui.navigate.to(visit.href("queues", info.queue, "jobs", handle.id))
        return f"added as {handle.id}"

    if chosen:
        await carry_out(visit, deed)
