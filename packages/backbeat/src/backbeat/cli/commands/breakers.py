"""`backbeat breakers`: look at circuit breakers, open or close one."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from backbeat.app.breakers import BreakerInfo
from backbeat.cli.context import Context
from backbeat.cli.parameters import duration_option
from backbeat.cli.people import age


class Action(StrEnum):
    """What to do."""

    LIST = "list"
    OPEN = "open"
    CLOSE = "close"


async def breakers(
    context: Context,
    action: Annotated[Action, typer.Argument(help="What to do.")] = Action.LIST,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Of the breaker.")] = None,
    duration: Annotated[
        float | None, duration_option("How long it stays open. Defaults to until it is closed.")
    ] = None,
) -> None:
    """Show circuit breakers, or open or close one by hand."""
    async with context.connected() as app:
        if action is not Action.LIST:
            if name is None:
                raise typer.BadParameter(f"which breaker? backbeat breakers {action} NAME")
            control = app.breaker(name)
            await (control.open(duration) if action is Action.OPEN else control.close())
        found = [each for each in await app.breakers() if name in (None, each.name)]
    context.output.show(found, _table(found) if found else "no breaker was used yet")


def _table(found: list[BreakerInfo]) -> Table:
    table = Table("breaker", "state", "since", "half-open", "well", "failed", "probes", box=None)
    for each in found:
        probes = f"{each.probes_well} well, {each.probes_running} run"
        table.add_row(
            each.name,
            each.state,
            "" if each.since is None else age(each.since),
            "" if each.until is None else age(each.until),
            f"{each.well:,}",
            f"{each.failed:,}",
            probes if each.state == "half-open" else "",
        )
    return table
