"""`backbeat groups`: the groups of a queue, page by page."""

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backbeat.app import GroupInfo, GroupPage
from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueName
from backbeat.cli.people import lasting
from backbeat.values import seconds


async def groups(
    context: Context,
    queue: QueueName,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=200)] = 50,
    cursor: Annotated[str | None, typer.Option(help="Of the page before.")] = None,
) -> None:
    """List the groups that have jobs or rules of their own, by name."""
    async with context.queue(queue) as asked:
        page = await asked.groups.list(cursor=cursor, limit=limit)
    context.output.show(page, _table(page) if page.groups else "no groups")


def rules_of(group: GroupInfo) -> str:
    """The rules that a group runs by, in a few words; those by default are left out."""
    rate = group.rate and f"rate {group.rate.count}/{lasting(seconds(group.rate.per))}"
    words = [
        group.weight != 1 and f"weight {group.weight}",
        group.priority != 5 and f"priority {group.priority}",
        "ordered" if group.ordered else group.concurrency and f"concurrency {group.concurrency}",
        rate,
        group.max_waiting and f"at most {group.max_waiting:,} waiting",
    ]
    return ", ".join(word for word in words if word)


def _table(page: GroupPage) -> RenderableType:
    table = Table("group", "waiting", "active", "held by", "rules", box=None)
    for column in table.columns[1:3]:
        column.justify = "right"
    for group in page.groups:
        numbers = (f"{group.waiting:,}", f"{group.active:,}")
        held = "paused" if group.paused else group.held or ""
        table.add_row(group.name, *numbers, held, rules_of(group))
    more = [Text(f"more: --cursor {page.cursor}")] if page.cursor else []
    return Group(table, *more)
