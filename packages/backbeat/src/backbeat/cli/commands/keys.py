"""`backbeat keys`: API keys of the gateway."""

from typing import Annotated

import typer
from rich.table import Table

from backbeat.app import ApiKey, ApiKeys
from backbeat.cli.context import Context
from backbeat.cli.exits import Exit
from backbeat.cli.parameters import duration_option
from backbeat.cli.people import when
from backbeat.errors import InvalidOption
from backbeat.gateway.access import Action, Role


async def create(
    context: Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whom or what it is for.")],
    role: Annotated[Role | None, typer.Option(help="What it grants, by a role.")] = None,
    action: Annotated[
        list[Action] | None, typer.Option(help="What it grants besides; repeat it for more.")
    ] = None,
    queue: Annotated[
        list[str] | None, typer.Option(help="Only in this queue; repeat it for more.")
    ] = None,
    lifetime: Annotated[float | None, duration_option("How long it is good.")] = None,
) -> None:
    """Make an API key. It is shown here, once, and kept as a hash."""
    actions = {*(role.actions if role else ()), *(action or ())}
    if not actions:
        raise InvalidOption("what may it do? Give --role viewer, operator or admin, or --action")
    async with context.connected() as app:
        keys = ApiKeys(app.connections)
        made, whole = await keys.create(name, actions, queues=queue, lifetime=lifetime)
    context.output.show({**_facts(made), "key": whole}, whole)
    context.output.note(f"key {made.id} of {name}: it is not shown again")


async def list_keys(context: Context) -> None:
    """Show every API key, without what only its holder knows."""
    async with context.connected() as app:
        found = await ApiKeys(app.connections).list()
    shown = _table(found) if found else "there is no API key yet"
    context.output.show([_facts(each) for each in found], shown)


async def revoke(
    context: Context,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `backbeat keys list` shows it.")],
) -> Exit:
    """End an API key; the next request with it is refused."""
    async with context.connected() as app:
        known = await ApiKeys(app.connections).revoke(key_id)
    said = f"{key_id} is revoked" if known else f"there is no key {key_id}"
    context.output.show({"id": key_id, "revoked": known}, said)
    return Exit.OK if known else Exit.NOT_FOUND


def _facts(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "actions": sorted(key.actions),
        "queues": None if key.queues is None else sorted(key.queues),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
    }


def _table(found: list[ApiKey]) -> Table:
    table = Table("id", "name", "actions", "queues", "made", "ends", box=None)
    for key in found:
        queues = "all" if key.queues is None else ", ".join(sorted(key.queues))
        ends = when(key.expires_at) if key.expires_at else ""
        table.add_row(
            key.id, key.name, ", ".join(sorted(key.actions)), queues, when(key.created_at), ends
        )
    return table
