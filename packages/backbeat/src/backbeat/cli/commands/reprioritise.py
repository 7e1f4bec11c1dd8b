"""`backbeat reprioritise`: many jobs get another priority."""

from typing import Annotated

import typer

from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueName
from backbeat.engine.states import State


async def reprioritise(
    context: Context,
    queue: QueueName,
    priority: Annotated[int, typer.Argument(help="0 to 10, larger is more urgent.", min=0, max=10)],
    job_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every job that waits.")] = False,
    state: Annotated[
        State | None, typer.Option(help="With --all: only waiting, or only delayed.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="With --all: only of this handler.")] = None,
) -> None:
    """Give waiting and delayed jobs another priority: those that are named, or with --all."""
    if bool(job_ids) == every:
        raise typer.BadParameter("name the jobs, or say --all")
    async with context.queue(queue) as asked:
        with context.output.progress("looking through the queue"):
            count = await asked.reprioritise(priority, state=state, name=name, where=job_ids)
    context.output.show({"reprioritised": count}, f"{count:,} jobs have priority {priority}")
