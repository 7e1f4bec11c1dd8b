"""`backbeat clean`: ended jobs that nobody needs any more."""

from typing import Annotated, Final

import typer

from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueName, duration_option
from backbeat.engine.states import State

_STEP: Final = 1_000


async def clean(
    context: Context,
    queue: QueueName,
    state: Annotated[State, typer.Option(help="completed, failed or cancelled.")] = State.COMPLETED,
    older_than: Annotated[float, duration_option("Only those that ended longer ago.")] = 0.0,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 1_000_000,
) -> None:
    """Remove ended jobs, the oldest first."""
    removed = 0
    async with context.queue(queue) as asked:
        with context.output.progress(f"removing {state} jobs") as step:
            while removed < limit:
                at_most = min(_STEP, limit - removed)
                now = await asked.clean(state, older_than=older_than, limit=at_most)
                removed += now
                step.advance(now)
                if now < at_most:
                    break
    context.output.show({"removed": removed}, f"{removed:,} {state} jobs removed")
