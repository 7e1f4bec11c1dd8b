"""`backbeat load`: how loaded a queue is, for people and for autoscalers."""

from typing import Annotated, Any

from rich.table import Table

from backbeat.app.load import QueueLoad
from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueName, duration_option
from backbeat.cli.people import lasting


async def load(
    context: Context,
    queue: QueueName,
    window: Annotated[float, duration_option("Over how long rates are measured.")] = 60.0,
) -> None:
    """Show what waits, for how long, how fast it is done, and when it will be."""
    async with context.queue(queue) as asked:
        found = await asked.load(window)
    context.output.show(found, _table(found))


def _table(found: QueueLoad) -> Table:
    table = Table("", "", box=None, show_header=False)
    rows: dict[str, Any] = {
        "waiting": f"{found.waiting:,}",
        "oldest wait": _time(found.oldest_wait),
        "running": f"{found.running:,} on {found.workers:,} workers",
        "completed": _rate(found.completed_per_second),
        "enqueued": _rate(found.enqueued_per_second),
        "empty in": _time(found.drain_seconds),
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _time(seconds: float | None) -> str:
    return "unknown" if seconds is None else lasting(seconds)


def _rate(per_second: float | None) -> str:
    return "unknown" if per_second is None else f"{per_second:,.1f} a second"
