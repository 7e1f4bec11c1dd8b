"""`backbeat verify`: whether what the server holds is as it must be, job by job; and repair."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from backbeat.app import Backbeat, Flaw
from backbeat.cli.confirm import confirm
from backbeat.cli.context import Context
from backbeat.cli.exits import Exit
from backbeat.cli.parameters import Yes

_MOST_SHOWN = 200


async def verify(
    context: Context,
    queues: Annotated[
        list[str] | None, typer.Argument(metavar="[QUEUE...]", help="Which. Else all.")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Put right what can be put right safely.")
    ] = False,
    yes: Yes = False,
) -> Exit:
    """Check that each job is in one state, that counts are true, and that nothing is left behind.

    Looks at unique keys, schedules and flows of the queues, too, and without queues at all locks
    and limits. Reads only, in small steps, while everything is in use. Ends with 0 if all is well,
    or was put right; with 1 if something is not.
    """
    if repair:
        confirm(context.output, "Repair what is wrong? A job that was lost may run again.", yes=yes)
    found: list[Flaw] = []
    async with context.connected() as app:
        names = queues or await app.queue_names()
        for name in names:
            queue = await app.known_queue(name)
            with context.output.progress(f"verifying {name}", 1) as step:
                found += await queue.verify(repair=repair, progress=step.at)
        locks = 0 if queues else await _verify_locks(app, found, repair=repair)
    data = {"queues": len(names), "locks": locks, "flaws": found}
    well = f"{len(names)} queues and {locks} locks and limits: all is well"
    context.output.show(data, _table(found) if found else well)
    return Exit.REFUSED if any(not flaw.repaired for flaw in found) else Exit.OK


async def _verify_locks(app: Backbeat, found: list[Flaw], *, repair: bool) -> int:
    """Add what is wrong with locks and limits; how many there are."""
    count = 0
    async for name in app.locks.names():
        found += await app.locks.verify(name, repair=repair)
        count += 1
    return count


def _table(found: list[Flaw]) -> Table:
    table = Table("queue", "what", "of", "", "", box=None)
    for flaw in found[:_MOST_SHOWN]:
        mark = Text("repaired", "green") if flaw.repaired else Text("wrong", "bold red")
        table.add_row(flaw.queue, flaw.what, Text(flaw.subject), mark, Text(flaw.detail))
    if len(found) > _MOST_SHOWN:
        table.add_row("", f"and {len(found) - _MOST_SHOWN:,} more: --json has all")
    return table
