"""`backbeat alerts`: what is wrong, who is told, and who is not."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table

from backbeat.cli.context import Context
from backbeat.cli.parameters import duration_option
from backbeat.cli.people import age
from backbeat.errors import ConfigurationError
from backbeat.worker.loading import load_object
from backbeat.worker.logs import configure_logging

if TYPE_CHECKING:
    # Other commands do not pay for this room: it is imported where it is used.
    from backbeat.alerts import ActiveAlert, AlertSetup, Happened, Silence

Setup = Annotated[
    str | None,
    typer.Option(
        help="An AlertSetup in code, as module:attribute. Defaults to the project's file."
    ),
]


async def list_alerts(
    context: Context,
    count: Annotated[int, typer.Option(help="So much of what happened.", min=0, max=1_000)] = 10,
) -> None:
    """Show the alerts that are there, the silences, and what happened last."""
    from backbeat.alerts import AlertBook

    async with context.connected() as app:
        book = AlertBook(app)
        active, silences = await book.active(), await book.silences()
        happened = await book.history(count) if count else []
    data = {"active": active, "silences": silences, "history": happened}
    context.output.show(data, _page(active, silences, happened))


async def run(context: Context, setup: Setup = None) -> None:
    """Watch until Ctrl-C. Any number may run: one leads, another takes over should it end."""
    from backbeat.alerts import Watcher

    chosen = _choose(setup)
    settings = context.settings
    configure_logging(settings.log_level, json=context.output.json or settings.log_json)
    async with context.connected() as app:
        await Watcher(app, chosen).run()


async def silence(
    context: Context,
    pattern: Annotated[
        str, typer.Argument(metavar="PATTERN", help="Key of an alert, name of a rule, or *.")
    ],
    duration: Annotated[
        float, duration_option("For how long; 0 ends the silence. Defaults to an hour.")
    ] = 3_600.0,
    reason: Annotated[str, typer.Option(help="Why, and who says so.")] = "",
) -> None:
    """Tell nobody of some alerts for a time; what outlasts it is told then."""
    from backbeat.alerts import AlertBook

    async with context.connected() as app:
        await AlertBook(app).silence(pattern, duration, reason)
    words = f"silenced for {duration:g} s: {pattern}" if duration else f"told again: {pattern}"
    context.output.show({"pattern": pattern, "seconds": duration}, words)


async def try_channels(context: Context, setup: Setup = None) -> int:
    """Bring a test to each channel now, and say which of them failed. Exits with 1 if one did."""
    from backbeat.alerts import Watcher

    chosen = _choose(setup)
    async with context.connected() as app:
        failed = await Watcher(app, chosen).test()
    names = [channel.name for channel in chosen.channels]
    lines = [f"{name}: {failed.get(name, 'told')}" for name in names]
    people = "\n".join(lines) or "there is no channel: nobody is told"
    context.output.show({name: failed.get(name) for name in names}, people)
    return 1 if failed else 0


def _choose(path: str | None) -> "AlertSetup":
    from backbeat.alerts import AlertSetup

    if path is None:
        return AlertSetup.load()
    found = load_object(path)
    if not isinstance(found, AlertSetup):
        raise ConfigurationError(f"{path!r} is a {type(found).__name__}, not an AlertSetup")
    return found


def _page(
    active: "list[ActiveAlert]", silences: "list[Silence]", happened: "list[Happened]"
) -> RenderableType:
    parts: list[RenderableType] = []
    if active:
        table = Table("alert", "severity", "since", "told", "what", box=None)
        for each in active:
            told = "yes" if each.told else "silenced"
            severity, summary = str(each.about["severity"]), str(each.about["summary"])
            table.add_row(each.key, severity, age(each.since), told, summary)
        parts.append(table)
    else:
        parts.append("nothing is wrong")
    if silences:
        table = Table("silenced", "until", "why", box=None)
        for quiet in silences:
            table.add_row(quiet.pattern, f"{quiet.until:%Y-%m-%d %H:%M:%S}", quiet.reason)
        parts.append(table)
    if happened:
        table = Table("when", "what", "", box=None)
        for one in happened:
            table.add_row(age(one.at), one.what, one.text[:100])
        parts.append(table)
    return Group(*parts)
