"""`backbeat unlock`: a lock taken away from who holds it."""

from typing import Annotated

import typer

from backbeat.cli.commands.lock import Name
from backbeat.cli.confirm import confirm
from backbeat.cli.context import Context
from backbeat.cli.exits import Exit
from backbeat.cli.parameters import Yes


async def unlock(
    context: Context,
    name: Name,
    hold: Annotated[
        str | None, typer.Option("--hold", help="Only this hold, as `backbeat lock` shows it.")
    ] = None,
    yes: Yes = False,
) -> Exit:
    """Take a lock or semaphore away from who holds it; the next in line gets it."""
    async with context.connected() as app:
        question = f"Take {name} away from who holds it, who may still be at work?"
        confirm(context.output, question, yes=yes)
        ended = await app.locks.take_away(name, hold)
    context.output.show({"name": name, "ended": ended}, f"{ended} hold(s) of {name} ended")
    return Exit.OK if ended else Exit.NOT_FOUND
