"""`backbeat queues`: every queue of the server, with its counts."""

import re
from dataclasses import asdict
from typing import Any

from rich.table import Table

from backbeat.app import Backbeat
from backbeat.cli.context import Context
from backbeat.engine.states import State


async def queues(context: Context) -> None:
    """Show every queue of the server: jobs by state, workers, whether it is paused.

    Where the bytes of ended jobs are bounded, also how many they hold.
    """
    async with context.connected() as app:
        rows = [await _row(app, name) for name in await app.queue_names()]
    context.output.show(rows, _table(rows) if rows else "there is no queue yet")


async def _row(app: Backbeat, name: str) -> dict[str, Any]:
    queue = app.queue(name)
    counts = asdict(await queue.counts())
    del counts["now_ms"]
    return {"name": name, **counts, "workers": len(await queue.workers())}


def _table(rows: list[dict[str, Any]]) -> Table:
    # What is not bounded is not counted: a column of zeros would say that nothing is kept.
    numbers = [
        *State,
        "workers",
        *(["kept bytes"] if any(row["kept_bytes"] for row in rows) else []),
    ]
    table = Table("queue", *numbers, "", box=None)
    for column in table.columns[1:-1]:
        column.justify = "right"
    for row in rows:
        counted = [f"{row[re.sub('[ -]', '_', name)]:,}" for name in numbers]
        table.add_row(row["name"], *counted, "paused" if row["paused"] else "")
    return table
