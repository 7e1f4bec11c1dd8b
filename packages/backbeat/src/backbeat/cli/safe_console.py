"""A terminal on which what jobs say can do nothing but be read.

Ids, errors, log lines and messages come from whoever enqueues. A terminal obeys some characters:
they would colour, move, hide or retitle it, or turn the order of a line round.
"""

from collections.abc import Iterable
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from typing_extensions import override

# Control characters but for tab and line end, ends of lines that are none to people, and what turns
# the direction of writing round.
_OBEYED: Final = (
    *(code for code in range(0x20) if chr(code) not in "\t\n"), *range(0x7F, 0xA0), 0x061C,
    0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A),
)  # fmt: skip
_ESCAPES: Final = {code: f"\\u{code:04x}" for code in _OBEYED}


def printable(text: str) -> str:
    """A text without what a terminal obeys: that is written as JSON writes it.

    In JSON such characters stand in strings alone, so that it stays the same JSON.
    """
    return text if text.isprintable() else text.translate(_ESCAPES)


class SafeConsole(Console):
    """Writes all text so that it is read; colours and bars of our own work as ever."""

    @override
    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """See `Console.render`."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))
