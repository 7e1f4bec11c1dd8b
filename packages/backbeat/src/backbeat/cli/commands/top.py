"""`backbeat top`: queues, their backlog and speed, and workers with what they run; live."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from backbeat.app import Backbeat, Counts, JobInfo, Queue, QueueLoad, WorkerInfo
from backbeat.cli.context import Context
from backbeat.cli.people import age, lasting, short
from backbeat.cli.safe_console import SafeConsole
from backbeat.engine.states import State

# What one look reads: of so many queues, and of each so many workers and running jobs.
_MOST_QUEUES: Final = 50
_MOST_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """One queue at one look.

    Attributes:
        name: Its name.
        counts: Its jobs by state.
        load: How old its backlog is, and how fast it is done.
        workers: Who works on it.
        running: What they run.
    """

    name: str
    counts: Counts
    load: QueueLoad
    workers: list[WorkerInfo]
    running: list[JobInfo]


async def top(
    context: Context,
    queues: Annotated[
        list[str] | None, typer.Argument(metavar="[QUEUE...]", help="Which. Else all.")
    ] = None,
    every: Annotated[float, typer.Option(help="Seconds between two looks.", min=0.2)] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Look once.")] = False,
) -> None:
    """Show queues, workers and what runs, again and again until Ctrl-C.

    With --json, or where nobody watches, each look is one document and there is one only.
    """
    console = SafeConsole(highlight=False)
    async with context.connected() as app:
        if once or context.output.json or not console.is_terminal:
            seen = await _look(app, queues)
            context.output.show([_row(each) for each in seen], _page(seen))
            return
        with Live(console=console, screen=True, auto_refresh=False) as live:
            while True:
                live.update(_page(await _look(app, queues)), refresh=True)
                await asyncio.sleep(every)


async def _look(app: Backbeat, chosen: list[str] | None) -> list[Seen]:
    names = (chosen or await app.queue_names())[:_MOST_QUEUES]
    return [await _seen(await app.known_queue(name)) for name in names]


async def _seen(queue: Queue) -> Seen:
    running = await queue.list(State.ACTIVE, limit=_MOST_ROWS)
    load, workers = await queue.load(), await queue.workers()
    return Seen(queue.name, await queue.counts(), load, workers[:_MOST_ROWS], running.jobs)


def _row(seen: Seen) -> dict[str, object]:
    return {
        "queue": seen.name,
        **asdict(seen.counts),
        "load": seen.load,
        "workers": seen.workers,
        "running": [{"id": job.id, "name": job.name} for job in seen.running],
    }


def _page(seen: list[Seen]) -> RenderableType:
    now = f"{datetime.now().astimezone():%H:%M:%S}"
    parts: list[RenderableType] = [Text(f"{now}  Ctrl-C ends", "dim"), _queues(seen)]
    if any(each.workers for each in seen):
        parts += ["", _workers(seen)]
    if any(each.running for each in seen):
        parts += ["", _running(seen)]
    return Group(*parts) if seen else Text("there is no queue yet")


def _queues(seen: list[Seen]) -> Table:
    names = ("waiting", "oldest", "delayed", "active", "failed", "done/s", "added/s", "empty in")
    table = Table("queue", *names, "", box=None)
    for column in table.columns[1:-1]:
        column.justify = "right"
    for each in seen:
        counts, load = each.counts, each.load
        failed = Text(f"{counts.failed:,}", "red" if counts.failed else "")
        table.add_row(
            each.name, f"{counts.waiting:,}", _time(load.oldest_wait), f"{counts.delayed:,}",
            f"{counts.active:,}", failed, _rate(load.completed_per_second),
            _rate(load.enqueued_per_second), _time(load.drain_seconds),
            "paused" if counts.paused else "",
        )  # fmt: skip
    return table


def _workers(seen: list[Seen]) -> Table:
    table = Table("worker", "queue", "host", "process", "lease", box=None)
    for each in seen:
        for worker in each.workers:
            host, pid = (str(worker.about.get(name, "")) for name in ("host", "pid"))
            lease = age(worker.lease_until)
            table.add_row(Text(worker.name), each.name, Text(host), pid, lease)
    return table


def _running(seen: list[Seen]) -> Table:
    table = Table("running", "queue", "handler", "since enqueued", "arguments", box=None)
    for each in seen:
        for job in each.running:
            since = age(job.created_at)
            table.add_row(job.id, each.name, job.name, since, Text(short(job.arguments)))
    return table


def _time(seconds: float | None) -> str:
    return "" if seconds is None else lasting(seconds)


def _rate(per_second: float | None) -> str:
    return "" if per_second is None else f"{per_second:,.1f}"
