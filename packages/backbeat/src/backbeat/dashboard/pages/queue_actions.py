"""What can be done to a whole queue; the dangerous part takes its typed name."""

from typing import Literal

from nicegui import ui

from backbeat.dashboard.components.act import action, carry_out, typed
from backbeat.dashboard.components.look import text
from backbeat.dashboard.visit import Visit
from backbeat.errors import BackbeatError
from backbeat.gateway.access import Action

Destruction = Literal["drain", "obliterate"]


def queue_actions(visit: Visit, queue: str) -> None:
    """Buttons, for who may."""
    queues = visit.service.queues

    async def pause() -> str:
        await queues.pause(visit.caller, queue)
        return f"{queue} is paused"

    async def resume() -> str:
        await queues.resume(visit.caller, queue)
        return f"{queue} goes on"

    action(visit, Action.PAUSE, "Pause", pause, queue=queue, icon="pause")
    action(visit, Action.PAUSE, "Resume", resume, queue=queue, icon="play_arrow")
    if visit.may(Action.CONFIGURE, queue):
        ui.button("Scale", icon="tune", on_click=lambda: scale(visit, queue), color=None).props(
            "outline no-caps dense padding='4px 12px' color=primary"
        )
    if visit.may(Action.DESTROY, queue):
        with (
            ui.button("Empty", icon="delete_sweep", color=None).props(
                "outline no-caps dense padding='4px 12px' color=negative"
            ),
            ui.menu(),
        ):
            ui.menu_item("Drain: remove what waits", lambda: destroy(visit, queue, "drain"))
            ui.menu_item(
                "Obliterate: remove all of it", lambda: destroy(visit, queue, "obliterate")
            )


async def destroy(visit: Visit, queue: str, what: Destruction) -> None:
    """Drain or obliterate, once the name of the queue was typed."""
    queues, caller = visit.service.queues, visit.caller

    async def carry(confirm: str, *, dry_run: bool) -> int:
        if what == "drain":
            return await queues.drain(
                caller, queue, confirm=confirm, delayed=False, dry_run=dry_run
            )
        return await queues.obliterate(caller, queue, confirm=confirm, force=False, dry_run=dry_run)

    async def deed() -> str:
        return f"{await carry(said or '', dry_run=False):,} jobs were removed"

    try:
        number = await carry("", dry_run=True)
    except BackbeatError as error:
        ui.notify(str(error), type="negative")
        return
    warning = (
        f"{number:,} jobs would be removed, with all that is kept of them. It cannot be undone."
    )
    said = await typed(what.capitalize(), warning, queue)
    if said is not None:
        await carry_out(visit, deed)


async def scale(visit: Visit, queue: str) -> None:
    """Ask how many jobs shall run at once."""
    with ui.dialog() as dialog, ui.element("div").classes("dialog"):
        text("Scale", tag="h2")
        text("What is left empty stays as it is.", "quiet")
        each = ui.number("Jobs at once in each worker", min=1, max=10_000, precision=0)
        whole = ui.number("Jobs at once over all workers", min=1, max=1_000_000, precision=0)
        for field in (each, whole):
            field.props("outlined dense")
        with ui.element("div").classes("row"):
            ui.button("Back", on_click=lambda: dialog.submit(False)).props("flat no-caps")
            ui.button("Scale", on_click=lambda: dialog.submit(True)).props("no-caps unelevated")
    agreed = await dialog
    dialog.delete()

    async def deed() -> str:
        told = await visit.service.queues.scale(
            visit.caller, queue, concurrency=_whole(each.value), max_running=_whole(whole.value),
            worker=None,
        )  # fmt: skip
        return f"{told} workers were told"

    if agreed:
        await carry_out(visit, deed)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
