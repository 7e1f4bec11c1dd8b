"""`backbeat workers`: who takes jobs, from which queue."""

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from backbeat.app import Backbeat
from backbeat.cli.context import Context
from backbeat.cli.people import age, short


async def workers(
    context: Context,
    queue: Annotated[str | None, typer.Argument(metavar="[QUEUE]", help="Only of this.")] = None,
) -> None:
    """Show the workers that hold a lease, queue by queue."""
    async with context.connected() as app:
        names = await app.queue_names() if queue is None else [(await app.known_queue(queue)).name]
        rows = [row for name in names for row in await _rows(app, name)]
    context.output.show(rows, _table(rows) if rows else "no worker holds a lease")


async def _rows(app: Backbeat, name: str) -> list[dict[str, Any]]:
    return [
        {
            "queue": name,
            "number": worker.number,
            "name": worker.name,
            "lease_until": worker.lease_until,
            "about": worker.about,
        }
        for worker in await app.queue(name).workers()
    ]


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table("queue", "number", "worker", "lease ends", "about", box=None)
    for row in rows:
        head = (row["queue"], str(row["number"]), Text(row["name"]))
        table.add_row(*head, age(row["lease_until"]), Text(short(row["about"])))
    return table
