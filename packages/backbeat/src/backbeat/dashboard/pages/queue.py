"""One queue: how it is, its jobs by state, its history, and what can be done to it."""

from typing import Final

from backbeat.dashboard import series
from backbeat.dashboard.components.text import duration, number
from backbeat.dashboard.histories import History
from backbeat.dashboard.pages.charts import Charts, span_tabs
from backbeat.dashboard.pages.queue_actions import QueueActions
from backbeat.dashboard.pages.queue_jobs import QueueJobs
from backbeat.dashboard.pages.screen import Refresh, screen
from backbeat.dashboard.visit import Visit
from backbeat.pages.look import box, heading, paint, panel, state, tabs, text, tile
from backbeat.pages.table import Column, Row, fill, table

_STATES: Final = ("waiting", "active", "delayed", "completed", "failed", "cancelled")
HANDLERS: Final = (
    Column("name", "Handler"),
    Column("started", "Started", "number"),
    Column("completed", "Completed", "number"),
    Column("failed", "Failed", "number"),
    Column("retried", "Retried", "number"),
    Column("half", "Half run less than", "number"),
    Column("most", "95 % run less than", "number"),
)


@screen("/queues/{queue}", "Queue", "")
async def queue_page(visit: Visit, queue: str) -> Refresh:
    """One queue with its jobs, or with its history."""
    await visit.service.queues.get(visit.caller, queue)
    await visit.reader.fresh()
    with heading(queue, ("Overview", visit.href())):
        badge = state("held")
        text("", "grow")
        buttons = QueueActions(visit, queue)
    with box("tiles"):
        tiles = {name: tile(name, name) for name in _STATES}
        rate, oldest, empty_in = tile("done / s"), tile("oldest waits"), tile("until empty")
    past = visit.asked("span") is not None
    tabs([
        ("Jobs", visit.href("queues", queue), not past),
        ("History", visit.href("queues", queue, span="hour"), past),
    ])  # fmt: skip
    below = _history(visit, queue) if past else _jobs(visit, queue)

    async def refresh() -> None:
        seen = visit.snapshot
        status, load = seen.queue(queue), seen.loads.get(queue)
        if status is not None and status.counts is not None:
            for name, made in tiles.items():
                made.set_text(number(getattr(status.counts, name)))
            staffed = "running" if status.workers else "held"
            paint(badge, "paused" if status.counts.paused else staffed)
            buttons.show(status.counts.paused)
        if load is not None:
            rate.set_text(number(load.ended_per_second))
            oldest.set_text(duration(load.oldest_wait))
            empty_in.set_text(duration(load.drain_seconds))
        await below()

    return refresh


def _jobs(visit: Visit, queue: str) -> Refresh:
    with panel():
        return QueueJobs(visit, queue).refresh


def _history(visit: Visit, queue: str) -> Refresh:
    span_tabs(visit, "queues", queue)
    charts = Charts(visit)
    with panel("Handlers"):
        handlers = table(HANDLERS, [], key="name")

    async def refresh() -> None:
        found = await charts.refresh([queue])
        fill(handlers, _handler_rows(found.get(queue, ())))

    return refresh


def _handler_rows(history: History) -> list[Row]:
    rows = []
    for name, counts in series.handlers_of(history).items():
        runs = series.merged(each.runs for each in counts)
        rows.append({
            "name": name, "started": number(sum(each.started for each in counts)),
            "completed": number(sum(each.completed for each in counts)),
            "failed": number(sum(each.failed for each in counts)),
            "retried": number(sum(each.retried for each in counts)),
            "half": duration(runs.quantile(0.5)), "most": duration(runs.quantile(0.95)),
        })  # fmt: skip
    return rows
