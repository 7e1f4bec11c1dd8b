"""How everything is: queues, rates, backlog."""

from typing import Any

from backbeat.dashboard.components.text import NONE, ago, duration, number
from backbeat.dashboard.pages.charts import Charts, span_tabs
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.reader import Snapshot
from backbeat.dashboard.visit import Visit
from backbeat.pages.look import box, heading, nothing, panel, text, tile
from backbeat.pages.table import Column, Row, fill, table

COLUMNS = (
    Column("name", "Queue", "link"),
    Column("state", "State", "state"),
    Column("waiting", "Waiting", "number"),
    Column("active", "Active", "number"),
    Column("delayed", "Delayed", "number"),
    Column("failed", "Failed", "number"),
    Column("rate", "Done / s", "number"),
    Column("errors", "Error rate", "number"),
    Column("age", "Oldest waits", "number"),
    Column("workers", "Workers", "number"),
)
TILES = (
    ("waiting", "waiting", "waiting"), ("active", "active", "active"),
    ("delayed", "delayed", "delayed"), ("failed", "failed", "failed"),
    ("rate", "done / s", "completed"), ("workers", "workers", None),
)  # fmt: skip


@screen("/", "Overview", "")
async def overview(visit: Visit) -> Refresh:
    """The first page."""
    await visit.reader.fresh()
    with heading("Overview"):
        text("", "grow")
        read = text("", "quiet", "small")
    with box("tiles"):
        tiles = {key: tile(name, colour) for key, name, colour in TILES}
    with panel("Queues"):
        none = nothing(
            "inbox", "There is no queue yet",
            "Declare one with app.queue(...) and enqueue a job, or start a worker.",
        )  # fmt: skip
        queues = table(COLUMNS, [], key="name")
    with box("head"):
        text("History", tag="h2")
        text("", "grow")
        span_tabs(visit)
    charts = Charts(visit)

    async def refresh() -> None:
        seen = visit.snapshot
        rows = [row(visit, seen, each.name) for each in seen.queues]
        fill(queues, rows)
        none.set_visibility(not rows)
        queues.set_visibility(bool(rows))
        for key, value in totals(seen).items():
            tiles[key].set_text(number(value))
        read.set_text(said(seen))
        await charts.refresh(busiest(seen))

    return refresh


def busiest(seen: Snapshot) -> list[str]:
    """Names of the queues, those with most to do first; by name where they have alike."""

    def to_do(name: str) -> float:
        load = seen.loads.get(name)
        return 0.0 if load is None else load.waiting + load.running + (load.ended_per_second or 0.0)

    return sorted(seen.loads, key=lambda name: (-to_do(name), name))


def said(seen: Snapshot) -> str:
    """When it was read, or that it could not be."""
    if seen.error:
        return f"The job server does not answer ({seen.error}); last read {ago(seen.at)}"
    return "" if seen.at is None else f"read at {seen.at:%H:%M:%S} UTC"


def totals(seen: Snapshot) -> dict[str, float]:
    """Sums over all queues."""
    counts = [each.counts for each in seen.queues if each.counts is not None]
    return {
        "waiting": sum(each.waiting for each in counts),
        "active": sum(each.active for each in counts),
        "delayed": sum(each.delayed for each in counts),
        "failed": sum(each.failed for each in counts),
        "rate": sum(load.ended_per_second or 0.0 for load in seen.loads.values()),
        "workers": len({each.info.name for each in seen.workers}),
    }


def row(visit: Visit, seen: Snapshot, name: str) -> Row:
    """A queue in the table."""
    status, load = seen.queue(name), seen.loads.get(name)
    made: dict[str, Any] = {"name": name, "name_href": visit.href("queues", name)}
    if status is None or status.counts is None:
        blank = dict.fromkeys((each.name for each in COLUMNS[2:]), NONE)
        return {**made, **blank, "state": "error"}
    counts = status.counts
    for each in ("waiting", "active", "delayed", "failed"):
        made[each] = number(getattr(counts, each))
    ended = load.ended_per_second if load else None
    well = load.completed_per_second if load else None
    return {
        **made,
        "state": "paused" if counts.paused else ("running" if status.workers else "held"),
        "rate": number(ended),
        "errors": NONE if not ended or well is None else f"{1 - well / ended:.1%}",
        "age": duration(load.oldest_wait if load else None),
        "workers": status.workers,
    }
