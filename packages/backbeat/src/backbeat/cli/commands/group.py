"""`backbeat group`: one group of a queue, and its rules."""

import re
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from backbeat.app import GroupInfo, GroupRules, Queue
from backbeat.cli.commands.groups import rules_of
from backbeat.cli.context import Context
from backbeat.cli.durations import parse_duration
from backbeat.cli.parameters import QueueName
from backbeat.values import Rate

_NO_LIMIT: Final = "none"


def parse_limit(text: str | None) -> int | str | None:
    """A number, or "none" for no limit."""
    if text is None or text == _NO_LIMIT:
        return text
    if not re.fullmatch(r"\d+", text):
        raise typer.BadParameter(f"{text!r} is no limit: write a number, or {_NO_LIMIT}")
    return int(text)


def parse_rate(text: str | None) -> Rate | str | None:
    """A rate such as 10/1s, or "none" for no limit."""
    if text is None or text == _NO_LIMIT:
        return text
    count, slash, per = text.partition("/")
    if not slash or not count.isdigit():
        raise typer.BadParameter(f"{text!r} is no rate: write 10/1s or 600/1m, or {_NO_LIMIT}")
    return Rate(int(count), parse_duration(per))


async def group(
    context: Context,
    queue: QueueName,
    name: Annotated[str, typer.Argument(metavar="GROUP", help="Name of the group.")],
    weight: Annotated[int | None, typer.Option(help="Share against other groups.")] = None,
    priority: Annotated[int | None, typer.Option(help="Level among the groups, 0 to 10.")] = None,
    concurrency: Annotated[
        str | None, typer.Option(help="Jobs at once; none is no limit.", metavar="N")
    ] = None,
    rate: Annotated[
        str | None, typer.Option(help="Starts in a time: 10/1s, or none.", metavar="RATE")
    ] = None,
    max_waiting: Annotated[
        str | None, typer.Option(help="Jobs that may wait; none is no limit.", metavar="N")
    ] = None,
    ordered: Annotated[bool | None, typer.Option(help="One after the other, in order.")] = None,
    pause: Annotated[bool, typer.Option("--pause", help="Start none of its jobs.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Start them again.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Take back its own rules first.")] = False,
) -> None:
    """Show one group of a queue, after giving it the rules that are named."""
    rules: dict[str, Any] = {
        "weight": weight,
        "priority": priority,
        "concurrency": parse_limit(concurrency),
        "rate": parse_rate(rate),
        "max_waiting": parse_limit(max_waiting),
        "ordered": ordered,
    }
    given = {rule: value for rule, value in rules.items() if value is not None}
    if pause and resume:
        raise typer.BadParameter("--pause and --resume exclude each other")
    async with context.queue(queue) as asked:
        if reset:
            await asked.groups.reset(name)
        await _set(asked, name, given)
        if pause:
            await asked.groups.pause(name)
        if resume:
            await asked.groups.resume(name)
        info = await asked.groups.get(name)
    context.output.show(info, _page(info))


async def _set(queue: Queue, name: str, given: dict[str, Any]) -> None:
    rules: GroupRules = {}
    for rule, value in given.items():
        rules[rule] = None if value == _NO_LIMIT else value  # type: ignore[literal-required]
    if rules:
        await queue.groups.configure(name, **rules)


def _page(info: GroupInfo) -> Table:
    table = Table.grid(padding=(0, 2))
    held = "paused" if info.paused else info.held
    for title, text in (
        ("group", info.name),
        ("waiting", f"{info.waiting:,}"),
        ("active", f"{info.active:,}"),
        ("held by", held or "nothing"),
        ("rules", rules_of(info) or "none"),
        ("of its own", ", ".join(info.own) or "none"),
    ):
        table.add_row(title, text)
    return table
