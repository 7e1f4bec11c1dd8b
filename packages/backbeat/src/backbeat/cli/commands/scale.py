"""`backbeat scale`: change how many jobs of a queue run at once."""

from typing import Annotated

import typer

from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueName


async def scale(
    context: Context,
    queue: QueueName,
    concurrency: Annotated[
        int | None,
        typer.Argument(metavar="[N]", help="Jobs of the queue at once in each worker.", min=1),
    ] = None,
    max_running: Annotated[
        int | None, typer.Option(help="Jobs of the queue at once over all workers.", min=1)
    ] = None,
    worker: Annotated[
        str | None, typer.Option(help="N is for all jobs of this worker, until it ends.")
    ] = None,
    declared: Annotated[
        bool, typer.Option("--declared", help="As the application declares it.")
    ] = False,
) -> None:
    """Change how many jobs run at once; workers are told now, and those that start read it."""
    if declared == (concurrency is not None or max_running is not None):
        raise typer.BadParameter("give N, --max-running or both; or --declared")
    async with context.queue(queue) as asked:
        if declared:
            await asked.unscale()
            context.output.show({"queue": queue}, f"{queue} runs as declared")
            return
        told = await asked.scale(concurrency, max_running=max_running, worker=worker)
    document = {
        "queue": queue, "concurrency": concurrency, "max_running": max_running, "told": told,
    }  # fmt: skip
    context.output.show(document, f"{queue} is scaled: {told} workers were told")
