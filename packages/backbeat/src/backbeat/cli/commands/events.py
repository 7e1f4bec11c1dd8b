"""`backbeat events`: what happens in a queue, as it happens."""

from typing import Annotated

import typer

from backbeat.app import Event, Gap
from backbeat.app.times import moment
from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueName
from backbeat.cli.people import when


async def events(
    context: Context,
    queue: QueueName,
    since: Annotated[
        str | None, typer.Option(help="Id of the last event that was read; 0-0 for all kept.")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only of this kind; repeat it.")] = None,
    count: Annotated[int | None, typer.Option(help="End after so many.", min=1)] = None,
) -> None:
    """Follow what happens in a queue, until Ctrl-C; a gap says that events were missed."""
    seen = 0
    async with context.queue(queue) as asked, asked.events(since, kinds=kind) as stream:
        async for event in stream:
            _show(context, event)
            seen += 1
            if seen == count:
                return


def _show(context: Context, event: Event | Gap) -> None:
    if isinstance(event, Gap):
        gap = {"kind": "gap", "after": event.after}
        context.output.show(gap, f"gap: events after {event.after} were dropped unread")
        return
    at = moment(event.at_ms)
    data = {"id": event.id, "at": at, "kind": event.kind, "jobs": event.job_ids}
    words = f"{when(at)}  {event.id}  {event.kind:<10} {' '.join(event.job_ids)}"
    context.output.show(data, words)
