"""`backbeat drain`: what waits in a queue is thrown away."""

from typing import Annotated

import typer

from backbeat.cli.confirm import confirm
from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueName, Yes


async def drain(
    context: Context,
    queue: QueueName,
    delayed: Annotated[bool, typer.Option("--delayed", help="Delayed jobs, too.")] = False,
    yes: Yes = False,
) -> None:
    """Remove every job that waits now; running and ended ones stay."""
    async with context.queue(queue) as asked:
        counts = await asked.counts()
        there = counts.waiting + (counts.delayed if delayed else 0)
        confirm(context.output, f"Remove {there:,} jobs of {queue}?", yes=yes)
        with context.output.progress(f"draining {queue}"):
            removed = await asked.drain(delayed=delayed)
    context.output.show({"removed": removed}, f"{removed:,} jobs removed")
