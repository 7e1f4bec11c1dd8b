"""`backbeat locks`: locks and semaphores, who holds them, who waits."""

from typing import Any, Final

import msgspec
from rich.table import Table
from rich.text import Text

from backbeat.app import LockInfo
from backbeat.cli.context import Context
from backbeat.cli.people import age, short

_MOST: Final = 1_000


async def locks(context: Context) -> None:
    """Show the locks and semaphores that are held or waited for, at most 1,000."""
    async with context.connected() as app:
        found: list[LockInfo] = []
        async for name in app.locks.names():
            info = await app.locks.look(name)
            if info.holders or info.waiting or info.parked:
                found.append(info)
            if len(found) == _MOST:
                break
    found.sort(key=lambda info: info.name)
    rows: list[Any] = msgspec.to_builtins(found)
    context.output.show(rows, _table(found) if found else "no lock is held or waited for")


def _table(found: list[LockInfo]) -> Table:
    table = Table("name", "held", "longest", "by", "in line", "jobs", box=None)
    for info in found:
        taken = sum(holder.slots for holder in info.holders)
        first = min(info.holders, key=lambda holder: holder.since, default=None)
        table.add_row(
            Text(info.name),
            f"{taken} of {info.slots}",
            "" if first is None else age(first.since),
            "" if first is None else Text(short(dict(first.about))),
            str(info.waiting),
            str(len(info.parked)),
        )
    return table
