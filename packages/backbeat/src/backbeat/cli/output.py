"""What a command says: for people on a terminal, or as JSON for programs.

With `--json` nothing but JSON goes to stdout. Errors, questions and progress go to stderr always.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from rich.console import RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from backbeat.app.printable import printable
from backbeat.cli.safe_console import SafeConsole

_LINE_WIDTH: Final = 160


class Output:
    """Where one command writes.

    Attributes:
        json: Whether a program reads along.
    """

    def __init__(self, *, json: bool) -> None:
        """Write to this process's stdout and stderr."""
        self.json = json
        # A pipe has no width; eighty columns would cut ids that somebody greps for.
        width = None if sys.stdout.isatty() else _LINE_WIDTH
        self._out = SafeConsole(width=width, highlight=False, soft_wrap=False)
        self._err = SafeConsole(stderr=True, highlight=False)

    def show(self, data: Any, people: RenderableType) -> None:
        """Write one answer: `data` as a line of JSON, or what people read."""
        if self.json:
            sys.stdout.write(to_json(data) + "\n")
            sys.stdout.flush()
        else:
            # Words are words: ids, arguments and messages may hold what looks like markup.
            self._out.print(Text(people) if isinstance(people, str) else people)

    def note(self, words: str) -> None:
        """Say something that is not the answer."""
        self._err.print(words, markup=False)

    def error(self, error: Exception) -> None:
        """Say in one line what went wrong."""
        words = " ".join(str(error).split()) or type(error).__name__
        self._err.print(Text.assemble(("error: ", "bold red"), words), soft_wrap=True)

    @contextmanager
    def progress(self, what: str, total: int | None = None) -> Iterator["Step"]:
        """A bar on stderr for work that takes its time; gone when it is done.

        Args:
            what: What is being done.
            total: How much there is to do; None when nobody knows.
        """
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn())
        counts = (MofNCompleteColumn(), TimeElapsedColumn())
        quiet = not self._err.is_terminal
        with Progress(*columns, *counts, console=self._err, transient=True, disable=quiet) as bar:
            yield Step(bar, bar.add_task(what, total=total))


class Step:
    """One piece of work under a progress bar."""

    def __init__(self, bar: Progress, task: Any) -> None:
        self._bar = bar
        self._task = task

    def at(self, done: int, total: int) -> None:
        """So much is done, of about so much."""
        self._bar.update(self._task, completed=done, total=total)

    def advance(self, by: int = 1) -> None:
        """So much more is done."""
        self._bar.advance(self._task, by)


def to_json(data: Any) -> str:
    """One line of JSON; times are ISO 8601 in UTC."""
    return printable(msgspec.json.encode(data).decode())
