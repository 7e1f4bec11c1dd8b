"""`backbeat flow`: one flow as a tree; cancel it, or run again what failed."""

from typing import Annotated, Final

import msgspec
import typer
from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from backbeat.app import FlowEntry, FlowInfo
from backbeat.cli.context import Context
from backbeat.cli.people import when

# A tree of more jobs is no help on a screen; --json has them all.
_MOST_SHOWN: Final = 500


async def flow(
    context: Context,
    flow_id: Annotated[str, typer.Argument(metavar="ID", help="The flow.")],
    home: Annotated[str | None, typer.Option(help="The queue that keeps its record.")] = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel what has not ended.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Run again what failed.")] = False,
    reason: Annotated[str, typer.Option(help="Why, with --cancel.")] = "",
) -> None:
    """Show a flow as a tree of its jobs; with --cancel or --retry do that first."""
    if cancel and retry:
        raise typer.BadParameter("--cancel and --retry exclude each other")
    async with context.connected() as app:
        handle = await app.flow_of(flow_id, home)
        changed = None
        if cancel:
            changed = f"{await handle.cancel(reason)} jobs were told to end"
        elif retry:
            changed = f"{await handle.retry()} jobs run again"
        info = await handle.info()
        entries = [entry async for entry in handle.jobs()]
    data = {**msgspec.to_builtins(info), "jobs": [msgspec.to_builtins(each) for each in entries]}
    context.output.show(data, _page(info, entries, changed))


def _page(info: FlowInfo, entries: list[FlowEntry], changed: str | None) -> RenderableType:
    parts: list[RenderableType] = [changed] if changed else []
    over = f", over {when(info.ended_at)}" if info.ended_at else ""
    parts.append(
        f"{info.id} at {info.home}: {info.total - info.open} of {info.total} jobs have ended"
        f" ({info.share:.0%}), {info.completed} completed, {info.failed} failed,"
        f" {info.cancelled} cancelled, {info.removed} removed, {info.undone} undone;"
        f" started {when(info.started_at)}{over}"
    )
    if len(entries) > _MOST_SHOWN:
        parts.append(f"{len(entries):,} jobs are too many for a tree: --json lists them")
        return Group(*parts)
    return Group(*parts, *_trees(entries))


def _trees(entries: list[FlowEntry]) -> list[Tree]:
    """What nothing waits for on top; a job that several wait for stands under each of them."""
    below: dict[tuple[str, str], list[FlowEntry]] = {}
    for entry in entries:
        for parent in entry.parents:
            below.setdefault(parent, []).append(entry)
    seen: set[tuple[str, str]] = set()
    return [_branch(entry, below, seen) for entry in entries if not entry.parents]


def _branch(
    entry: FlowEntry,
    below: dict[tuple[str, str], list[FlowEntry]],
    seen: set[tuple[str, str]],
) -> Tree:
    key = (entry.queue, entry.id)
    again = key in seen and key in below
    seen.add(key)
    mark = " (see above)" if again else ""
    tree = Tree(Text(f"{entry.id} {entry.queue}/{entry.name} {entry.state}{mark}"))
    for child in [] if again else below.get(key, []):
        tree.add(_branch(child, below, seen))
    return tree
