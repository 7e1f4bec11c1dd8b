"""`backbeat retry`: ended jobs run again, by id or by what they have in common."""

from typing import Annotated, Final

import typer

from backbeat.app import Queue
from backbeat.cli.context import Context
from backbeat.cli.each import do_each, known
from backbeat.cli.exits import Exit
from backbeat.cli.parameters import QueueName
from backbeat.engine.states import State

_GOOD: Final = frozenset({"retried"})


async def retry(
    context: Context,
    queue: QueueName,
    job_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every job in the state.")] = False,
    state: Annotated[State, typer.Option(help="With --all: which ones.")] = State.FAILED,
    name: Annotated[str | None, typer.Option(help="With --all: only of this handler.")] = None,
    error: Annotated[
        str | None, typer.Option(help="With --all: only failed with this type of error.")
    ] = None,
    keep_attempts: Annotated[
        bool, typer.Option("--keep-attempts", help="Count the attempts that were made.")
    ] = False,
) -> Exit | None:
    """Let ended jobs run again: those that are named, or with --all those that fit."""
    if bool(job_ids) == every:
        raise typer.BadParameter("name the jobs, or say --all")
    reset = not keep_attempts
    async with context.queue(queue) as asked:
        if job_ids:
            act = known(lambda one: _retry(asked, one, reset))
            return await do_each(context.output, job_ids, act, good=_GOOD)
        with context.output.progress(f"looking through {state} jobs"):
            count = await asked.retry_where(
                state=state, name=name, error=error, reset_attempts=reset
            )
    context.output.show({"retried": count}, f"{count:,} jobs run again")
    return None


async def _retry(queue: Queue, job_id: str, reset: bool) -> str:
    if await queue.retry(job_id, reset_attempts=reset):
        return "retried"
    return (await queue.get(job_id)).state
