"""`backbeat jobs`: the jobs of a queue in one state, page by page."""

from typing import Annotated

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from backbeat.app import Page
from backbeat.cli.context import Context
from backbeat.cli.parameters import QueueName
from backbeat.cli.people import short, when
from backbeat.engine.states import State


async def jobs(
    context: Context,
    queue: QueueName,
    state: Annotated[State, typer.Option(help="Which ones.")] = State.WAITING,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=200)] = 50,
    cursor: Annotated[str | None, typer.Option(help="Of the page before.")] = None,
) -> None:
    """List the jobs in a state: the next to run first, of ended ones the newest."""
    async with context.queue(queue) as asked:
        page = await asked.list(state, cursor=cursor, limit=limit)
    show_page(context, page, state)


def show_page(context: Context, page: Page, state: State) -> None:
    """Write a page of jobs, for people with the cursor of the next one."""
    context.output.show(page, _table(page, state) if page.jobs else f"no {state} jobs")


def _table(page: Page, state: State) -> Group:
    table = Table("job", "name", "priority", "created", _moment(state), "arguments", box=None)
    for job in page.jobs:
        moment = when(job.due_at or job.finished_at)
        row = (job.id, job.name, str(job.priority), when(job.created_at), moment)
        table.add_row(*row, Text(short(job.arguments)))
    more = [Text(f"more: --cursor {page.cursor}")] if page.cursor else []
    return Group(table, *more)


def _moment(state: State) -> str:
    if state is State.DELAYED:
        return "due"
    return "" if state in {State.WAITING, State.ACTIVE} else "ended"
