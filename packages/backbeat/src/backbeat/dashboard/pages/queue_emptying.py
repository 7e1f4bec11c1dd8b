"""What removes many jobs at once: it says how many before, and takes the typed name."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement

from backbeat import State
from backbeat.dashboard.components.deeds import problem
from backbeat.dashboard.components.dialog import Dialog, name_field, shut_until_typed
from backbeat.dashboard.components.fields import choice, number_in, whole
from backbeat.dashboard.visit import Visit
from backbeat.errors import BackbeatError
from backbeat.gateway.service.queues import MOST_CLEANED
from backbeat.pages.look import text

# Removes, or says how many it would be: takes the typed name and whether it is only asked.
Removal = Callable[[str, bool], Awaitable[int]]

_ENDED = [State.COMPLETED.value, State.FAILED.value, State.CANCELLED.value]
_LONGEST_S = 31_536_000


async def drain(visit: Visit, queue: str) -> None:
    """Remove what waits."""
    dialog = Dialog("Drain", "Removes what waits. It cannot be undone.")
    with dialog:
        delayed = ui.checkbox("Delayed jobs, too")

    async def remove(confirm: str, dry_run: bool) -> int:
        return await visit.service.queues.drain(
            visit.caller, queue, confirm=confirm, delayed=bool(delayed.value), dry_run=dry_run
        )

    await _typed(visit, queue, dialog, "Drain", remove, delayed)


async def clean(visit: Visit, queue: str) -> None:
    """Remove ended jobs."""
    dialog = Dialog("Clean", "Removes ended jobs, the oldest first. It cannot be undone.")
    with dialog:
        state = choice("State", _ENDED, State.COMPLETED.value)
        older = whole("Ended before so many seconds", 0, least=0, most=_LONGEST_S)

    async def remove(confirm: str, dry_run: bool) -> int:
        return await visit.service.queues.clean(
            visit.caller, queue, confirm=confirm, state=State(str(state.value)),
            older_than=number_in(older) or 0, limit=MOST_CLEANED, dry_run=dry_run,
        )  # fmt: skip

    await _typed(visit, queue, dialog, "Clean", remove, state)


async def obliterate(visit: Visit, queue: str) -> None:
    """Remove the queue with everything in it."""
    dialog = Dialog("Obliterate", "Removes the queue with all in it. It cannot be undone.")
    with dialog:
        force = ui.checkbox("Also while jobs run: their workers lose them")

    async def remove(confirm: str, dry_run: bool) -> int:
        return await visit.service.queues.obliterate(
            visit.caller, queue, confirm=confirm, force=bool(force.value), dry_run=dry_run
        )

    await _typed(visit, queue, dialog, "Obliterate", remove)


async def _typed(
    visit: Visit,
    queue: str,
    dialog: Dialog,
    label: str,
    remove: Removal,
    *options: ValueElement[Any],
) -> None:
    """Ask for the name of the queue; say how many it would be, and again when options change."""
    with dialog:
        number = text("")
        said = name_field(queue)

    async def count() -> None:
        try:
            words = f"{await remove('', True):,} jobs would be removed, with all kept of them."
        except BackbeatError as error:
            words = problem(error)
        number.set_text(words)

    async def deed() -> str:
        return f"{await remove(str(said.value or ''), False):,} jobs were removed"

    for option in options:
        option.on_value_change(count)
    shut_until_typed(dialog.offer(visit, label, deed, danger=True), said, queue)
    await count()
    await dialog.shown()
