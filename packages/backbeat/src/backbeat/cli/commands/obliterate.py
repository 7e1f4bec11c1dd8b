"""`backbeat obliterate`: a queue with everything in it, gone."""

from typing import Annotated

import typer

from backbeat.cli.confirm import confirm
from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueName, Yes


async def obliterate(
    context: Context,
    queue: QueueName,
    force: Annotated[
        bool, typer.Option("--force", help="Also while jobs run: their workers lose them.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Remove a queue with everything in it."""
    async with context.queue(queue) as asked:
        confirm(context.output, f"Remove {queue} with every job in it?", yes=yes)
        await asked.obliterate(force=force)
    context.output.show({"obliterated": queue}, f"{queue} is gone")
