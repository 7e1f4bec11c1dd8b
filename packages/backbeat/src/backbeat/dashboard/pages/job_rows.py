"""Jobs as rows of a table."""

from collections.abc import Iterable
from typing import Final

from backbeat.dashboard.components.text import ago
from backbeat.dashboard.visit import Visit
from backbeat.gateway.service.looking import JobView
from backbeat.pages.table import Column, Row

COLUMNS: Final = (
    Column("id", "Id", "link"),
    Column("name", "Handler"),
    Column("state", "State", "state"),
    Column("added", "Added"),
    Column("ended", "Due or ended"),
    Column("priority", "Priority", "number"),
    Column("group", "Group"),
)


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
