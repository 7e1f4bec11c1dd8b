"""`backbeat job`: everything about one job, also why it is not running."""

from typing import Annotated, Any, Final

import msgspec
import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backbeat.app import Backbeat, JobInfo, Queue
from backbeat.cli.context import Context, known_queue, queue_names
from backbeat.cli.output import to_json
from backbeat.cli.people import age, lasting, when
from backbeat.engine.states import Reason, State
from backbeat.errors import JobNotFound

_WHY: Final = {
    Reason.TURN: "its turn has not come: {workers} worker(s) take jobs from this queue",
    Reason.WORKER: "no worker takes jobs from this queue: start one with `backbeat worker`",
    Reason.CLOSED: "the queue is closed: it takes no jobs and gives none",
    Reason.PAUSED: "the queue is paused: `backbeat resume {queue}` lets it go on",
    Reason.LIMIT: "as many jobs run, or were started in their time, as a limit allows",
    Reason.GROUP: "its group is held back: `backbeat group {queue} {group}` says by what",
    Reason.DELAY: "it was asked to start {due}",
    Reason.RETRY: "it failed {failures} time(s), its next attempt is {due}",
    Reason.SNOOZE: "its handler put it off, it goes on {due}",
    Reason.UNIQUE: "it comes after the running job that holds its unique key",
    Reason.PARKED: "it comes after the run of its schedule before it",
    Reason.LOCK: "others hold the lock that it needs: `backbeat locks` shows who",
}


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
    why = why_not_running(info, workers)
    data = {**msgspec.to_builtins(info), "why": why, "logs": lines}
    context.output.show(data, _page(info, why, lines))


async def _find(app: Backbeat, job_id: str, queue: str | None = None) -> Queue:
    if queue is not None:
        return await known_queue(app, queue)
    for name in await queue_names(app):
        if await app.queue(name).handle(job_id).state() is not None:
            return app.queue(name)
    raise JobNotFound(job_id)


def why_not_running(info: JobInfo, workers: int) -> str | None:
    """Why a waiting or delayed job is not running, in a sentence; None in other states."""
    if info.reason is None:
        return None
    due = age(info.due_at) if info.due_at else "soon"
    known = {
        "workers": workers, "queue": info.queue, "failures": info.failures, "due": due,
        "group": info.group,
    }  # fmt: skip
    return _WHY[info.reason].format(**known)


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
