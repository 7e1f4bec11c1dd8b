"""`backbeat logs`: what the processes of `backbeat up` wrote, and what they write."""

import sys
import time
from typing import Annotated

import typer

from backbeat.cli.context import Context
from backbeat.cli.exits import Exit
from backbeat.cli.output import to_json
from backbeat.cli.processes.log_files import Tail, logs_folder, names_in

_LOOK_S = 0.2


def logs(
    context: Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="worker, or worker.2. Else all.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="Of each.", min=0, max=10_000)] = 40,
) -> Exit:
    """Show the last lines of each process that `backbeat up` runs or ran in this project."""
    folder = logs_folder()
    known = names_in(folder)
    chosen = known if not names else [name for name in known if _fits(name, names)]
    if not chosen:
        there = f"there are {', '.join(known)}" if known else "`backbeat up` has not run here"
        context.output.note(f"no logs of {', '.join(names or ['any process'])}: {there}")
        return Exit.NOT_FOUND
    tails = {name: Tail(folder / f"{name}.log") for name in chosen}
    width = max(map(len, chosen))
    for name, tail in tails.items():
        _write(context, name, width, tail.last(lines))
    while follow:
        for name, tail in tails.items():
            _write(context, name, width, list(tail.more()))
        time.sleep(_LOOK_S)
    return Exit.OK


def _fits(name: str, wanted: list[str]) -> bool:
    return name in wanted or name.rpartition(".")[0] in wanted


def _write(context: Context, name: str, width: int, lines: list[str]) -> None:
    for line in lines:
        if context.output.json:
            sys.stdout.write(to_json({"process": name, "line": line}) + "\n")
        else:
            sys.stdout.write(f"{name.ljust(width)} | {line}\n")
    sys.stdout.flush()
