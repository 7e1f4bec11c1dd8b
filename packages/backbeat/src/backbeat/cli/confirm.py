"""Asks before something is thrown away."""

import sys

import typer

from backbeat.cli.exits import Exit
from backbeat.cli.output import Output


def confirm(output: Output, question: str, *, yes: bool) -> None:
    """Go on only if a person says so, or `--yes` does.

    Raises:
        typer.Exit: The answer is no, or there is nobody to ask.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        output.note(f"{question} There is nobody to ask: repeat it with --yes.")
        raise typer.Exit(Exit.USAGE)
    if not typer.confirm(question, err=True):
        raise typer.Exit(Exit.REFUSED)
