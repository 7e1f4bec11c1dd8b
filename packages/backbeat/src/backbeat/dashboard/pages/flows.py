"""Flows: jobs that wait for each other."""

from backbeat.app import FlowInfo
from backbeat.dashboard.components.text import ago, number
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.pages.look import heading, nothing, panel
from backbeat.pages.table import Column, fill, table

COLUMNS = (
    Column("id", "Flow", "link"),
    Column("home", "Home"),
    Column("state", "State", "state"),
    Column("share", "Ended", "number"),
    Column("total", "Jobs", "number"),
    Column("failed", "Failed", "number"),
    Column("started", "Started"),
)


@screen("/flows", "Flows", "flows")
async def flows_page(visit: Visit) -> Refresh:
    """Those that were started last."""
    with heading("Flows"):
        pass
    with panel():
        none = nothing("account_tree", "There is no flow yet", "Start one with app.flow(...).")
        flows = table(COLUMNS, [], key="key")

    async def refresh() -> None:
        found = await visit.service.flows.list(visit.caller, 50)
        fill(flows, [
            {
                "key": f"{each.home}/{each.id}", "id": each.id, "home": each.home,
                "id_href": visit.href("flows", each.home, each.id),
                "state": _state(each),
                "share": f"{each.share:.0%}", "total": number(each.total),
                "failed": number(each.failed), "started": ago(each.started_at),
            }
            for each in found
        ])  # fmt: skip
        none.set_visibility(not found)
        flows.set_visibility(bool(found))

    return refresh


def _state(flow: FlowInfo) -> str:
    if flow.ended_at is None:
        return "active"
    return "failed" if flow.failed else "completed"
