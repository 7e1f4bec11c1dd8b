"""`backbeat up`: every process of a Procfile on this machine, until it is told to stop."""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from backbeat.cli.context import Context
from backbeat.cli.exits import Exit
from backbeat.cli.output import to_json
from backbeat.cli.parameters import duration_option
from backbeat.cli.processes.log_files import LogFile, prepare_logs
from backbeat.errors import ConfigurationError
from backbeat.server.locks import FileLock

# Beyond what running jobs have: a worker has to say goodbye, too.
_BEYOND_GRACE_S = 10.0


def up(
    context: Context,
    procfile: Annotated[Path, typer.Option("--procfile", "-f", help="Which.")] = Path("Procfile"),
    count: Annotated[
        list[str] | None,
        typer.Option("--count", "-c", metavar="NAME=N", help="Processes of a line. Else one."),
    ] = None,
    grace: Annotated[
        float | None, duration_option("What processes have at the end. Else 10 s beyond `grace`.")
    ] = None,
) -> Exit:
    """Run a Procfile: lines with the name of their process, a log file each, restarts.

    A process that fails is started again, after 0.5 s and then twice as long each time; after five
    failures within a minute it is given up, and the others go on. SIGTERM or Ctrl-C ends all of
    them, a second one at once. With --json each line is an object.
    """
    try:
        from backbeat.cli.processes.procfile import read_procfile
        from backbeat.cli.processes.runner import Runner
    except ImportError as error:
        raise ConfigurationError("`up` needs Honcho: pip install backbeat[up]") from error
    commands = read_procfile(procfile, parse_counts(count or []))
    folder = prepare_logs()
    lock = FileLock(folder / "up.lock")
    if not lock.try_acquire():
        raise ConfigurationError(f"`backbeat up` runs here already: its logs are in {folder}")
    try:
        patience = context.settings.grace + _BEYOND_GRACE_S if grace is None else grace
        show = _json if context.output.json else _printer(list(commands))
        return Runner(commands, show, lambda name: LogFile(folder, name), grace=patience).run()
    finally:
        lock.release()


def parse_counts(words: list[str]) -> dict[str, int]:
    """How many processes of each line: "worker=4".

    Raises:
        typer.BadParameter: A word is none, or names one twice.
    """
    counts: dict[str, int] = {}
    for word in words:
        name, _, number = word.partition("=")
        if not name or not number.isdecimal() or name in counts:
            raise typer.BadParameter(f"--count {word}: write NAME=N, such as worker=4")
        counts[name] = int(number)
    return counts


def _printer(names: list[str]) -> Callable[[str, str], None]:
    from honcho.colour import get_colours  # type: ignore[import-untyped] # untyped
    from honcho.printer import Message, Printer  # type: ignore[import-untyped] # untyped

    colours = dict(zip(names, get_colours(), strict=False))
    printer = Printer(sys.stdout, width=max(map(len, names)))

    def show(name: str, line: str) -> None:
        now = datetime.now().astimezone()
        printer.write(Message("line", line or " ", now, name, colours.get(name)))

    return show


def _json(name: str, line: str) -> None:
    sys.stdout.write(to_json({"at": time.time(), "process": name, "line": line}) + "\n")
    sys.stdout.flush()
