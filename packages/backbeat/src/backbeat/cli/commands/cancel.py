"""`backbeat cancel`: jobs shall not run, or shall stop running."""

from typing import Annotated, Final

import typer

from backbeat.cli.context import Context
from backbeat.cli.each import do_each, known
from backbeat.cli.exits import Exit
from backbeat.cli.parameters import JobIds, QueueName

_GOOD: Final = frozenset({"cancelled", "flagged"})


async def cancel(
    context: Context,
    queue: QueueName,
    job_ids: JobIds,
    reason: Annotated[str, typer.Option(help="Why, for whoever asks later.")] = "",
) -> Exit:
    """Cancel jobs: those that wait at once, those that run are told to end (flagged)."""
    async with context.queue(queue) as asked:
        return await do_each(
            context.output, job_ids, known(lambda one: asked.cancel(one, reason)), good=_GOOD
        )
