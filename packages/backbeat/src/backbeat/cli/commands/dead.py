"""`backbeat dead`: jobs that failed for good, by what they failed of; retried or removed so."""

from typing import Annotated, Any

import typer
from rich.table import Table

from backbeat.app import DeadGroup, Queue
from backbeat.cli.commands.jobs import show_page
from backbeat.cli.confirm import confirm
from backbeat.cli.context import Context
from backbeat.cli.exits import Exit
from backbeat.cli.parameters import Yes
from backbeat.cli.people import age
from backbeat.engine.states import State

_WIDEST = 60


async def dead(
    context: Context,
    queue: Annotated[str | None, typer.Argument(help="Name of the queue. Else all.")] = None,
    fingerprint: Annotated[
        str | None, typer.Option("--fingerprint", "-f", help="Jobs of this group.")
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Let its jobs run again.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove its jobs.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many jobs.", min=1, max=200)] = 50,
    cursor: Annotated[str | None, typer.Option(help="Of the page before.")] = None,
    yes: Yes = False,
) -> Exit | None:
    """Show what failed for good, grouped; list, retry or remove the jobs of a group."""
    if retry and remove:
        raise typer.BadParameter("--retry and --remove exclude each other")
    if fingerprint is None and (retry or remove or cursor):
        raise typer.BadParameter("name a group with --fingerprint")
    if fingerprint is not None and queue is None:
        raise typer.BadParameter("name the queue of the group")
    async with context.connected() as app:
        names = await app.queue_names() if queue is None else [queue]
        queues = [await app.known_queue(name) for name in names]
        if fingerprint is None:
            await _show_groups(context, queues)
        elif retry or remove:
            return await _act(context, queues[0], fingerprint, remove=remove, yes=yes)
        else:
            page = await queues[0].dead.list(fingerprint, cursor=cursor, limit=limit)
            show_page(context, page, State.FAILED)
    return None


async def _show_groups(context: Context, queues: list[Queue]) -> None:
    found = [(queue.name, group) for queue in queues for group in await queue.dead.groups()]
    found.sort(key=lambda each: -each[1].count)
    rows = [{"queue": name, **_row(group)} for name, group in found]
    context.output.show(rows, _table(found) if rows else "nothing failed for good")


async def _act(
    context: Context, queue: Queue, fingerprint: str, *, remove: bool, yes: bool
) -> Exit:
    if remove:
        confirm(context.output, f"Remove every failed job of group {fingerprint}?", yes=yes)
    with context.output.progress("going through the group"):
        done = queue.dead.remove if remove else queue.dead.retry
        count = await done(fingerprint)
    said = f"{count:,} jobs were removed" if remove else f"{count:,} jobs run again"
    context.output.show({"removed" if remove else "retried": count}, said)
    return Exit.OK if count else Exit.NOT_FOUND


def _row(group: DeadGroup) -> dict[str, Any]:
    return {
        "fingerprint": group.fingerprint,
        "count": group.count,
        "name": group.name,
        "error": group.error.error,
        "message": group.error.message,
        "reason": group.error.reason,
        "since": group.since,
        "first_at": group.first_at,
        "last_at": group.last_at,
        "sample": group.sample,
    }


def _table(found: list[tuple[str, DeadGroup]]) -> Table:
    table = Table("queue", "fingerprint", "jobs", "handler", "failure", "latest", box=None)
    table.columns[2].justify = "right"
    for queue, group in found:
        words = " ".join(f"{group.error.error}: {group.error.message}".split())
        latest = age(group.last_at)
        table.add_row(
            queue, group.fingerprint, f"{group.count:,}", group.name, words[:_WIDEST], latest
        )
    return table
