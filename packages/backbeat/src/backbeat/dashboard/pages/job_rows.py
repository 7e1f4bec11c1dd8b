"""Jobs in a table, and what can be done to those that are chosen."""

from collections.abc import Iterable, Sequence
from typing import Final

from backbeat import State
from backbeat.dashboard.components.act import action
from backbeat.dashboard.components.table import Column, Row
from backbeat.dashboard.components.text import ago
from backbeat.dashboard.visit import Visit
from backbeat.errors import InvalidOption
from backbeat.gateway.access import Action
from backbeat.gateway.service.looking import JobView

COLUMNS: Final = (
    Column("id", "Id", "link"),
    Column("name", "Handler"),
    Column("state", "State", "state"),
    Column("added", "Added"),
    Column("ended", "Due or ended"),
    Column("priority", "Priority", "number"),
    Column("group", "Group"),
)

_ENDED: Final = {State.COMPLETED, State.FAILED, State.CANCELLED}
_OPEN: Final = {State.WAITING, State.DELAYED, State.ACTIVE, State.WAITING_CHILDREN}


def job_rows(visit: Visit, jobs: Iterable[JobView]) -> list[Row]:
    """Rows of the table."""
    return [
        {
            "id": info.id,
            "id_href": visit.href("queues", info.queue, "jobs", info.id),
            "name": info.name,
            "state": info.state.value,
            "added": ago(info.created_at),
            "ended": ago(info.finished_at or info.due_at),
            "priority": info.priority,
            "group": info.group,
        }
        for info in (each.info for each in jobs)
    ]


def bulk_actions(visit: Visit, queue: str, shown: State, chosen: Sequence[Row]) -> None:
    """Buttons for the chosen jobs, those that make sense in a state."""

    def ids() -> list[str]:
        if not chosen:
            raise InvalidOption("choose jobs in the table first")
        return [str(row["id"]) for row in chosen]

    jobs = visit.service.jobs

    async def retry() -> str:
        return f"{await jobs.retry(visit.caller, queue, ids())} run again"

    async def promote() -> str:
        return f"{await jobs.promote(visit.caller, queue, ids())} start now"

    async def cancel() -> str:
        ends = (
            await jobs.cancel(visit.caller, queue, ids(), "cancelled in the dashboard")
        ).values()
        return f"{sum(end in {'cancelled', 'flagged'} for end in ends)} are cancelled"

    async def remove() -> str:
        removed = await jobs.remove(visit.caller, queue, ids())
        return f"{removed.count} removed" + (
            f", {len(removed.active)} run" if removed.active else ""
        )

    if shown in _ENDED:
        action(visit, Action.RETRY, "Retry", retry, queue=queue, icon="replay")
    if shown is State.DELAYED:
        action(visit, Action.RETRY, "Start now", promote, queue=queue, icon="play_arrow")
    if shown in _OPEN:
        action(
            visit, Action.CANCEL, "Cancel", cancel, queue=queue, icon="cancel",
            ask="Cancel the chosen jobs? What runs is asked to stop.",
        )  # fmt: skip
    if shown is not State.ACTIVE:
        action(
            visit, Action.REMOVE, "Remove", remove, queue=queue, icon="delete", danger=True,
            ask="Remove the chosen jobs with all that is kept of them?",
        )  # fmt: skip
