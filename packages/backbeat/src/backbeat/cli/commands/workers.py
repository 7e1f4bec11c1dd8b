"""`backbeat workers`: who takes jobs, from which queue, and how their processes are."""

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from backbeat.app import Backbeat, Vitals
from backbeat.cli.context import Context
from backbeat.cli.people import age, short


async def workers(
    context: Context,
    queue: Annotated[str | None, typer.Argument(metavar="[QUEUE]", help="Only of this.")] = None,
) -> None:
    """Show the workers that hold a lease, queue by queue, and what their processes use."""
    async with context.connected() as app:
        names = await app.queue_names() if queue is None else [(await app.known_queue(queue)).name]
        rows = [row for name in names for row in await _rows(app, name)]
        vitals = await app.vitals(row["name"] for row in rows)
    rows = [{**row, **_vitals(vitals.get(row["name"]))} for row in rows]
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
    heads = ("queue", "number", "worker", "lease ends", "CPU", "memory", "about")
    table = Table(*heads, box=None)
    for row in rows:
        cpu = "" if row["cpu"] is None else f"{row['cpu']:.0%}"
        memory = "" if row["memory_bytes"] is None else f"{row['memory_bytes'] / 2**20:,.0f} MiB"
        table.add_row(
            row["queue"], str(row["number"]), Text(row["name"]), age(row["lease_until"]),
            cpu, memory, Text(short(row["about"])),
        )  # fmt: skip
    return table


def _vitals(of: Vitals | None) -> dict[str, Any]:
    return {
        "cpu": None if of is None else of.cpu,
        "memory_bytes": None if of is None else of.rss,
    }
