"""`backbeat doctor`: what runs where, whether it is fit for jobs, and where settings came from."""

from dataclasses import asdict
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backbeat.cli.context import Context
from backbeat.cli.exits import Exit
from backbeat.config import Settings
from backbeat.errors import ConfigurationError, ServerUnavailable
from backbeat.server import Explanation, Finding, check_target, explain

_COLOURS: Final = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(context: Context) -> Exit:
    """Explain what serves the jobs, check it, and show where each setting came from.

    Of an application it is the application's own address that is explained. Starts nothing. Ends
    with 0 if all is well or only worth a warning, 1 if a check fails, 3 if the server cannot be
    reached.
    """
    settings, findings = _settings_in_force(context)
    explained = explain(settings)
    checked, unreachable = _check(settings, explained)
    findings += checked
    data = {
        "server": {name: _plain(value) for name, value in asdict(explained).items()},
        "findings": findings,
        "settings": [
            {"name": each.name, "value": _plain(each.value), "source": each.source}
            for each in settings.provenance()
        ],
    }
    context.output.show(data, _page(explained, findings, settings))
    if unreachable:
        return Exit.UNAVAILABLE
    return Exit.REFUSED if any(each.level == "fail" for each in findings) else Exit.OK


def _settings_in_force(context: Context) -> tuple[Settings, list[Finding]]:
    """The application's, which may name an address in its code; without one those given here."""
    if not context.asks_application:
        return context.settings, []
    try:
        return context.application.settings, []
    except ConfigurationError as error:
        advice = "correct it; what follows holds without it"
        return context.settings, [Finding("application", "fail", str(error), advice)]


def _check(settings: Settings, explained: Explanation) -> tuple[list[Finding], bool]:
    try:
        return check_target(settings, explained), False
    except ServerUnavailable as error:
        return [Finding("reachable", "fail", str(error), "start it, or correct the address")], True


def _page(explained: Explanation, findings: list[Finding], settings: Settings) -> RenderableType:
    parts: list[RenderableType] = [_server(explained), ""]
    if findings:
        parts += [_findings(findings), ""]
    if explained.running is False and all(each.level != "fail" for each in findings):
        parts += ["nothing to check yet: the embedded server starts at the first use", ""]
    return Group(*parts, _settings(settings))


def _server(explained: Explanation) -> Table:
    table = Table(box=None, show_header=False, title="server", title_justify="left")
    for name, value in asdict(explained).items():
        if value not in (None, []):
            table.add_row(name.replace("_", " "), Text(str(value)))
    return table


def _findings(findings: list[Finding]) -> Table:
    table = Table("check", "", "what", "do", box=None, title="checks", title_justify="left")
    for each in findings:
        level = Text(each.level, style=_COLOURS[each.level])
        table.add_row(each.check, level, Text(each.what), Text(each.advice))
    return table


def _settings(settings: Settings) -> Table:
    table = Table("setting", "value", "from", box=None, title="settings", title_justify="left")
    for each in settings.provenance():
        table.add_row(each.name, Text(str(each.value)), Text(each.source))
    return table


def _plain(value: Any) -> Any:
    """As JSON has it: a path is its text."""
    return value if isinstance(value, str | int | float | bool | list | None) else str(value)
