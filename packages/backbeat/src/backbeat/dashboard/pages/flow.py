"""One flow: its jobs as a graph, each in the colour of its state."""

import re
from collections.abc import Sequence
from typing import Final

from nicegui import ui

from backbeat.app import FlowEntry, FlowInfo
from backbeat.dashboard.components.act import action
from backbeat.dashboard.components.offers import Offers
from backbeat.dashboard.components.redrawn import Redrawn
from backbeat.dashboard.components.text import ago
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action
from backbeat.gateway.service.flows import FlowTree
from backbeat.pages.look import box, heading, panel, text
from backbeat.pages.table import Column, table

COLUMNS: Final = (
    Column("id", "Job", "link"), Column("name", "Handler"), Column("queue", "Queue"),
    Column("state", "State", "state"),
)  # fmt: skip
# More are not to be told apart; the table has them all.
MOST_DRAWN: Final = 80
_COLOURS: Final = {
    "waiting": "#2563b8", "delayed": "#7c5cbf", "active": "#0e7c86", "completed": "#14804a",
    "failed": "#c8322b", "cancelled": "#667085", "waiting-children": "#9a6700",
}  # fmt: skip
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._ -]")


@screen("/flows/{home}/{flow_id:path}", "Flow", "flows")
async def flow_page(visit: Visit, home: str, flow_id: str) -> Refresh:
    """One flow."""
    tree = await visit.service.flows.get(visit.caller, flow_id, home)
    with heading(flow_id, ("Flows", visit.href("flows"))):
        share = text("", "quiet")
        text("", "grow")
        buttons = FlowActions(visit, tree.info)
    body = Redrawn()

    async def refresh() -> None:
        tree = await visit.service.flows.get(visit.caller, flow_id, home)
        info = tree.info
        share.set_text(
            f"{info.share:.0%} of {info.total:,} jobs ended, started {ago(info.started_at)}"
        )
        buttons.show(info)
        body.show(tree, lambda: _draw(visit, tree))

    return refresh


class FlowActions(Offers[FlowInfo]):
    """Buttons, for who may; the thing is the flow as it was read last."""

    def __init__(self, visit: Visit, info: FlowInfo) -> None:
        """Make them."""
        super().__init__(info)
        self._visit, self._flows = visit, visit.service.flows
        self.add(
            action(
                visit, Action.CANCEL, "Cancel", self._cancel, queue=info.home, icon="cancel",
                ask="Cancel all jobs of this flow that have not ended?",
            ),
            lambda info: info.ended_at is None,
        )  # fmt: skip
        self.add(
            action(visit, Action.RETRY, "Retry", self._retry, queue=info.home, icon="replay"),
            lambda info: bool(info.failed or info.cancelled),
        )

    async def _cancel(self) -> str:
        count = await self._flows.cancel(self._visit.caller, self.thing.id, self.thing.home)
        return f"{count} jobs are cancelled"

    async def _retry(self) -> str:
        count = await self._flows.retry(self._visit.caller, self.thing.id, self.thing.home)
        return f"{count} jobs run again"


def graph(jobs: Sequence[FlowEntry]) -> str:
    """Jobs in the language of Mermaid; a name is cut down to letters that mean nothing in it."""
    drawn = {(each.queue, each.id): f"n{number}" for number, each in enumerate(jobs[:MOST_DRAWN])}
    lines = ["graph TD"]
    for each in jobs[:MOST_DRAWN]:
        here = drawn[each.queue, each.id]
        lines.append(f'  {here}["{_plain(each.name)}: {_plain(each.id)}"]')
        lines += [f"  {here} --> {drawn[parent]}" for parent in each.parents if parent in drawn]
        colour = _COLOURS.get(each.state, "#667085")
        lines.append(f"  style {here} fill:{colour},stroke:{colour},color:#ffffff")
    return "\n".join(lines)


def _plain(name: str) -> str:
    return _UNSAFE.sub("_", name)[:40]


def _draw(visit: Visit, tree: FlowTree) -> None:
    if len(tree.jobs) <= MOST_DRAWN:
        with panel("Graph"), box("graph"):
            ui.mermaid(graph(tree.jobs), config={"securityLevel": "strict"})
    with panel("Jobs"):
        table(COLUMNS, [
            {
                "key": f"{each.queue}/{each.id}", "id": each.id, "name": each.name,
                "id_href": visit.href("queues", each.queue, "jobs", each.id),
                "queue": each.queue, "state": each.state,
            }
            for each in tree.jobs
        ], key="key")  # fmt: skip
        if tree.hidden:
            text(
                "Some jobs are left out: too many, or in queues that you may not see.",
                "quiet",
            )
