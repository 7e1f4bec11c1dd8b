"""`backbeat lock`: one lock or semaphore: its holders, its fence, who waits."""

from typing import Annotated

import msgspec
import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backbeat.app import LockInfo
from backbeat.cli.context import Context
from backbeat.cli.people import age, short

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the lock or semaphore.")]


async def lock(context: Context, name: Name) -> None:
    """Show who holds a lock or semaphore, its last fence, and who waits for it."""
    async with context.connected() as app:
        info = await app.locks.look(name)
    context.output.show(msgspec.to_builtins(info), _page(info))


def _page(info: LockInfo) -> RenderableType:
    taken = sum(holder.slots for holder in info.holders)
    parts: list[RenderableType] = [
        Text(f"{info.name}: {taken} of {info.slots} held, last fence {info.fence}")
    ]
    if info.holders:
        table = Table("hold", "fence", "held since", "ends", "holder", box=None)
        for holder in info.holders:
            times = (age(holder.since), age(holder.until))
            about = Text(short(dict(holder.about)))
            table.add_row(Text(holder.token), str(holder.fence), *times, about)
        parts.append(table)
    if info.waiting:
        parts.append(Text(f"{info.waiting} wait in line"))
    parts += [Text(f"job {job_id} of {queue} waits") for queue, job_id in info.parked]
    return Group(*parts)
