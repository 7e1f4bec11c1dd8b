"""`backbeat schedules`: look at schedules, steer them, make them."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backbeat.app import ScheduledRun, ScheduleInfo, ScheduleOptions
from backbeat.cli.context import Context
from backbeat.cli.output import to_json
from backbeat.cli.parameters import QueueName, duration_option, moment_option
from backbeat.cli.people import lasting, when
from backbeat.errors import InvalidOption, InvalidPayload
from backbeat.schedules.at import at
from backbeat.schedules.cron import cron
from backbeat.schedules.every import every
from backbeat.schedules.missed import Missed, Window
from backbeat.schedules.rule import Rule

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the schedule.")]
Of = Annotated[
    str | None, typer.Option("--queue", help="Its queue, where several have one of this name.")
]
Count = Annotated[int, typer.Option(help="So many slots and runs.", min=1, max=100)]
Overlap = Literal["allow", "skip", "queue", "cancel"]
Policy = Literal["skip", "one", "all", "window"]


async def list_schedules(
    context: Context,
    queue: Annotated[str | None, typer.Option(help="Only those of this queue.")] = None,
) -> None:
    """List the schedules that are on the server."""
    async with context.connected() as app:
        infos = await app.schedules.list(queue=queue)
    context.output.show(infos, _table(infos) if infos else "there is no schedule")


async def show(context: Context, name: Name, queue: Of = None, count: Count = 5) -> None:
    """Show a schedule: its rule, its next slots, and how the last ones ended."""
    async with context.connected() as app:
        info = await app.schedules.get(name, queue=queue)
        slots = await app.schedules.preview(name, count, queue=info.queue)
        runs = await app.schedules.history(name, count=count, queue=info.queue)
    data = {
        **msgspec.to_builtins(info, builtin_types=(datetime,)),
        "next": slots,
        "history": [_facts(run) for run in runs],
    }
    context.output.show(data, _page(info, slots, runs))


async def pause(context: Context, name: Name, queue: Of = None) -> None:
    """Let a schedule make no jobs until it is resumed; what it missed then is not made up."""
    async with context.connected() as app:
        await app.schedules.pause(name, queue=queue)
    context.output.show({"paused": name}, f"paused: {name}")


async def resume(context: Context, name: Name, queue: Of = None) -> None:
    """Let a schedule go on with the first slot after now."""
    async with context.connected() as app:
        await app.schedules.resume(name, queue=queue)
        info = await app.schedules.get(name, queue=queue)
    following = f", next {when(info.next_at)}" if info.next_at else ""
    context.output.show({"resumed": name, "next_at": info.next_at}, f"resumed: {name}{following}")


async def run(context: Context, name: Name, queue: Of = None) -> None:
    """Make a job of a schedule now, beside its slots."""
    async with context.connected() as app:
        handle = await app.schedules.run_now(name, queue=queue)
    context.output.show({"id": handle.id, "queue": handle.queue.name}, handle.id)


async def remove(context: Context, name: Name, queue: Of = None) -> None:
    """Remove a schedule and its history; the jobs that it has made stay."""
    async with context.connected() as app:
        await app.schedules.remove(name, queue=queue)
    context.output.show({"removed": name}, f"removed: {name}")


async def upsert(
    context: Context,
    queue: QueueName,
    name: Name,
    handler: Annotated[str, typer.Argument(metavar="HANDLER", help="Name of the handler.")],
    data: Annotated[str, typer.Argument(metavar="JSON", help="Its arguments.")] = "{}",
    cron_expression: Annotated[
        str | None, typer.Option("--cron", help="Five fields, or six with the second first.")
    ] = None,
    tz: Annotated[str, typer.Option(help="Time zone of --cron.")] = "UTC",
    period: Annotated[float | None, duration_option("Distance of its slots.", "--every")] = None,
    anchor: Annotated[datetime | None, moment_option("One of the slots of --every.")] = None,
    moment: Annotated[datetime | None, moment_option("The only slot.", "--at")] = None,
    missed: Annotated[Policy, typer.Option(help="What becomes of missed slots.")] = "one",
    window: Annotated[float | None, duration_option("How old they may be, for window.")] = None,
    cap: Annotated[int, typer.Option(help="How many of them run at most.")] = 100,
    overlap: Annotated[
        Overlap, typer.Option(help="What happens while the run before has not ended.")
    ] = "allow",
    jitter: Annotated[float, duration_option("By how much a slot is put off at most.")] = 0.0,
    start: Annotated[datetime | None, moment_option("No slot before this.")] = None,
    end: Annotated[datetime | None, moment_option("No slot after this.")] = None,
    limit: Annotated[int | None, typer.Option(help="So many slots run at most.")] = None,
) -> None:
    """Make a schedule, or change one: --cron, --every or --at says when."""
    rule = _rule(cron_expression, tz, period, anchor, moment)
    options = ScheduleOptions(
        missed=_missed(missed, window), cap=cap, overlap=overlap, jitter=jitter, start=start,
        end=end, limit=limit,
    )  # fmt: skip
    async with context.connected() as app:
        info = await app.schedules.change(
            name, rule, handler, _read(handler, data), queue=queue, **options
        )
    context.output.show(info, f"{name}: next {when(info.next_at) or 'never'}")


def _rule(
    expression: str | None, tz: str, period: float | None, anchor: datetime | None,
    moment: datetime | None,
) -> Rule:  # fmt: skip
    given = [each for each in (expression, period, moment) if each is not None]
    if len(given) != 1:
        raise InvalidOption("give one of --cron, --every and --at")
    if expression is not None:
        return cron(expression, tz)
    if period is not None:
        return every(period, anchor)
    assert moment is not None
    return at(moment)


def _missed(policy: Policy, window: float | None) -> Missed:
    if (policy == "window") != (window is not None):
        raise InvalidOption("--missed window and --window belong together")
    return policy if policy != "window" else Window(window or 0.0)


def _read(handler: str, data: str) -> Any:
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise InvalidPayload(f"{handler}: this is no JSON: {error}: {data[:60]}") from None


def _table(infos: list[ScheduleInfo]) -> Table:
    table = Table("schedule", "queue", "rule", "handler", "next", "runs", "", box=None)
    table.columns[5].justify = "right"
    for info in infos:
        mark = "paused" if info.paused else ""
        row = (info.name, info.queue, info.rule, info.handler, when(info.next_at))
        table.add_row(*map(Text, row), f"{info.fired:,}", mark)
    return table


def _page(info: ScheduleInfo, slots: list[datetime], runs: list[ScheduledRun]) -> RenderableType:
    facts = Table(box=None, show_header=False)
    for name in _SHOWN:
        value = getattr(info, name)
        if value not in (None, "", (), 0, False):
            shown = when(value) if isinstance(value, datetime) else value
            facts.add_row(name, Text(shown if isinstance(shown, str) else to_json(shown)))
    parts: list[RenderableType] = [facts]
    if slots:
        parts += ["", "next", *(Text(f"  {slot.isoformat()}") for slot in slots)]
    if runs:
        parts += ["", _history(runs)]
    return Group(*parts)


def _history(runs: list[ScheduledRun]) -> Table:
    table = Table("slot", "outcome", "started", "took", "job", box=None)
    for run in runs:
        outcome = run.outcome if run.count == 1 else f"{run.outcome} x {run.count:,}"
        took = "" if run.duration is None else lasting(run.duration)
        table.add_row(when(run.slot), outcome, when(run.started_at), took, run.job_id or "")
    return table


def _facts(run: ScheduledRun) -> dict[str, Any]:
    return {**msgspec.to_builtins(run, builtin_types=(datetime,)), "duration": run.duration}


_SHOWN: Final = (
    "name", "queue", "rule", "handler", "arguments", "paused", "fired", "limit", "missed",
    "overlap", "jitter", "start", "end", "declared", "running", "parked",
)  # fmt: skip
