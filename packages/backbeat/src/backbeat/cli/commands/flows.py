"""`backbeat flows`: the flows that were started last, and how far they are."""

from typing import Annotated

import typer
from rich.table import Table

from backbeat.app import FlowInfo
from backbeat.cli.context import Context
from backbeat.cli.people import when


async def flows(
    context: Context,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=200)] = 20,
) -> None:
    """List flows, the newest first: how many of their jobs have ended, and how."""
    async with context.connected() as app:
        found = await app.flows(limit)
    context.output.show(found, _table(found) if found else "there is no flow yet")


def _table(found: list[FlowInfo]) -> Table:
    table = Table("flow", "home", "jobs", "ended", "failed", "started", "over", box=None)
    for flow in found:
        ended, failed = f"{flow.share:.0%}", str(flow.failed + flow.cancelled + flow.removed)
        row = (flow.id, flow.home, str(flow.total), ended, failed)
        table.add_row(*row, when(flow.started_at), when(flow.ended_at))
    return table
