"""Writes docs/reference/command-line.md from the commands themselves; a test compares the two."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from backbeat.cli.program import build

PAGE = Path(__file__).parents[1] / "docs/reference/command-line.md"

_HEAD = """# Command line

Every command takes `--json`: one document on standard output and nothing else there. Two run on and
write a line each time: `events` an event on standard output, `worker` its log on standard error.
Where a command can use an application it takes `--app module:attribute`; `backbeat COMMAND --help`
says the same as this page.
Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no server, 4 no such job, queue,
worker or schedule, 130 ended by Ctrl-C.
"""


def render() -> str:
    """The page as it should be."""
    program = get_command(build())
    commands: dict[str, Any] = getattr(program, "commands")  # noqa: B009 - typed as one command
    parts = [_HEAD]
    for name, command in commands.items():
        parts.append(f"## backbeat {name}\n\n{(command.help or '').strip()}\n")
        group: dict[str, Any] = getattr(command, "commands", {})
        if not group:
            parts.append("\n".join(_rows(command)) + "\n")
        for word, inner in group.items():
            parts.append(f"### backbeat {name} {word}\n\n{(inner.help or '').strip()}\n")
            parts.append("\n".join(_rows(inner)) + "\n")
    return "\n".join(parts)


def _rows(command: Any) -> Iterator[str]:
    yield "| parameter | meaning |"
    yield "|---|---|"
    for parameter in command.params:
        if parameter.name == "help":
            continue
        if parameter.param_type_name == "argument":
            shown = f"`{parameter.name.upper()}`"
        else:
            shown = " ".join(f"`{each}`" for each in [*parameter.opts, *parameter.secondary_opts])
        meaning = " ".join((getattr(parameter, "help", None) or "").split()).replace("|", "\\|")
        yield f"| {shown} | {meaning} |"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
