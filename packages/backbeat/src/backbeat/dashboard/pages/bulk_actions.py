"""What can be done to the jobs that are chosen in a table."""

from typing import Final

from nicegui import ui

from backbeat import State
from backbeat.dashboard.components.act import action, offer
from backbeat.dashboard.pages.job_forms import reprioritise
from backbeat.dashboard.visit import Visit
from backbeat.errors import InvalidOption
from backbeat.gateway.access import Action

_ENDED: Final = {State.COMPLETED, State.FAILED, State.CANCELLED}
_MOVABLE: Final = {State.WAITING, State.DELAYED}
_NONE: Final = "choose jobs in the table first"


class Bulk:
    """Deeds over the chosen jobs of a queue."""

    def __init__(self, visit: Visit, queue: str, table: ui.table) -> None:
        """Look at what is chosen when something is clicked."""
        self._visit, self._queue, self._table = visit, queue, table
        self._jobs = visit.service.jobs

    async def retry(self) -> str:
        """Let them run again."""
        count = await self._jobs.retry(self._visit.caller, self._queue, self._ids())
        return f"{count} run again"

    async def promote(self) -> str:
        """Let them start now."""
        count = await self._jobs.promote(self._visit.caller, self._queue, self._ids())
        return f"{count} start now"

    async def cancel(self) -> str:
        """Cancel them."""
        why = "cancelled in the dashboard"
        ends = await self._jobs.cancel(self._visit.caller, self._queue, self._ids(), why)
        return f"{sum(end in {'cancelled', 'flagged'} for end in ends.values())} are cancelled"

    async def remove(self) -> str:
        """Remove them, except those that run."""
        removed = await self._jobs.remove(self._visit.caller, self._queue, self._ids())
        stay = f", {len(removed.active)} run" if removed.active else ""
        return f"{removed.count} removed{stay}"

    async def reprioritise(self) -> None:
        """Ask how urgent they are."""
        if self._table.selected:
            await reprioritise(self._visit, self._queue, self._ids())
        else:
            ui.notify(_NONE, type="negative")

    def _ids(self) -> list[str]:
        if not self._table.selected:
            raise InvalidOption(_NONE)
        return [str(row["id"]) for row in self._table.selected]


def bulk_actions(visit: Visit, queue: str, shown: State, table: ui.table) -> None:
    """Buttons for the chosen jobs, those that make sense in a state."""
    bulk = Bulk(visit, queue, table)
    if shown in _ENDED:
        action(visit, Action.RETRY, "Retry", bulk.retry, queue=queue, icon="replay")
    if shown is State.DELAYED:
        action(visit, Action.RETRY, "Start now", bulk.promote, queue=queue, icon="play_arrow")
    if shown in _MOVABLE:
        offer(visit, Action.RETRY, "Priority", bulk.reprioritise, queue=queue, icon="low_priority")
    if shown not in _ENDED:
        action(
            visit, Action.CANCEL, "Cancel", bulk.cancel, queue=queue, icon="cancel",
            ask="Cancel the chosen jobs? What runs is asked to stop.",
        )  # fmt: skip
    if shown is not State.ACTIVE:
        action(
            visit, Action.REMOVE, "Remove", bulk.remove, queue=queue, icon="delete", danger=True,
            ask="Remove the chosen jobs with all that is kept of them?",
        )  # fmt: skip
