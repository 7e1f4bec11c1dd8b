"""What a command says: for people, or as one line of JSON for programs; errors go to stderr."""

import json
import sys
from typing import Any, Final

from rich.console import Console, RenderableType
from rich.text import Text

_LINE_WIDTH: Final = 160


class Output:
    """Where one command writes.

    Attributes:
        json: Whether a program reads along: then nothing but JSON goes to stdout.
        errors: The console of stderr, for notes and progress.
    """

    def __init__(self, *, json: bool = False) -> None:
        """Write to this process's stdout and stderr."""
        self.json = json
        # A pipe has no width; eighty columns would cut what somebody greps for.
        width = None if sys.stdout.isatty() else _LINE_WIDTH
        self._out = Console(width=width, highlight=False)
        self.errors = Console(stderr=True, highlight=False)

    def show(self, data: Any, people: RenderableType) -> None:
        """Write one answer: `data` as a line of JSON, or what people read."""
        if self.json:
            sys.stdout.write(json.dumps(data, default=str, separators=(",", ":")) + "\n")
            sys.stdout.flush()
        else:
            # Words are words: names and messages may hold what looks like markup.
            self._out.print(Text(people) if isinstance(people, str) else people)

    def note(self, words: str) -> None:
        """Say something that is not the answer."""
        self.errors.print(Text(words), soft_wrap=True)

    def error(self, error: Exception) -> None:
        """Say in one line what went wrong."""
        words = " ".join(str(error).split()) or type(error).__name__
        self.errors.print(Text.assemble(("error: ", "bold red"), words), soft_wrap=True)
