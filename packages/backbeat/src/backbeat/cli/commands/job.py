"""`backbeat job`: everything about one job, also why it is not running."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backbeat.app import Backbeat, JobInfo, Queue
from backbeat.app.why import why_not_running
from backbeat.cli.context import Context
from backbeat.cli.output import to_json
from backbeat.cli.people import age, lasting, when
from backbeat.engine.states import State
from backbeat.errors import JobNotFound


async def job(
    context: Context,
    words: Annotated[
        list[str], typer.Argument(metavar="[QUEUE] ID", help="Without a queue, all are searched.")
    ],
) -> None:
    """Show everything about one job: state, why it is not running, attempts, log lines."""
    *queue, job_id = words
    if len(queue) > 1:
        raise typer.BadParameter("name one queue and one job")
    async with context.connected() as app:
        asked = await _find(app, job_id, *queue)
        info = await asked.get(job_id)
        lines = await asked.logs(job_id)
        workers = len(await asked.workers())
    why = why_not_running(info, workers, age)
    data = {**msgspec.to_builtins(info), "why": why, "logs": lines}
    context.output.show(data, _page(info, why, lines))


async def _find(app: Backbeat, job_id: str, queue: str | None = None) -> Queue:
    if queue is not None:
        return await app.known_queue(queue)
    for name in await app.queue_names():
        if await app.queue(name).handle(job_id).state() is not None:
            return app.queue(name)
    raise JobNotFound(job_id)


def _page(info: JobInfo, why: str | None, lines: list[str]) -> RenderableType:
    parts: list[RenderableType] = [_facts(info, why)]
    if info.history:
        parts += ["", _attempts(info)]
    if info.error and info.error.trace:
        parts += ["", Text(info.error.trace.rstrip())]
    if lines:
        parts += ["", f"log ({len(lines)} lines)", *map(Text, lines)]
    return Group(*parts)


def _facts(info: JobInfo, why: str | None) -> Table:
    table = Table(box=None, show_header=False)
    for name, value in _rows(info, why):
        if value not in {None, ""}:
            table.add_row(name, Text(str(value)))
    return table


def _rows(info: JobInfo, why: str | None) -> list[tuple[str, Any]]:
    ended = {State.COMPLETED: "completed", State.FAILED: "failed", State.CANCELLED: "cancelled"}
    return [
        ("job", info.id),
        ("name", info.name),
        ("queue", info.queue),
        ("state", info.state),
        ("why", why),
        ("priority", info.priority),
        ("created", f"{when(info.created_at)} ({age(info.created_at)})"),
        ("due", when(info.due_at)),
        ("stale", f"since {when(info.stale_since)}" if info.stale_since else ""),
        (ended.get(info.state, "ended"), when(info.finished_at)),
        ("attempts", f"{info.attempts} ({info.failures} failed)" if info.attempts else ""),
        ("arguments", to_json(info.arguments)),
        ("result", to_json(info.result) if info.result is not None else ""),
        ("error", f"{info.error.error}: {info.error.message}" if info.error else ""),
        ("reason", info.error.reason if info.error else info.cancel_reason),
        ("progress", _progress(info)),
    ]


def _progress(info: JobInfo) -> str:
    if info.progress is None:
        return ""
    return f"{to_json(info.progress.value)} {info.progress.message}".rstrip()


def _attempts(info: JobInfo) -> Table:
    table = Table("attempt", "started", "took", "outcome", "error", box=None)
    for each in info.history:
        took = lasting((each.ended_at - each.started_at).total_seconds())
        error = f"{each.error}: {each.message}" if each.error else ""
        row = (str(each.number), when(each.started_at), took, each.outcome)
        table.add_row(*row, Text(error))
    return table
