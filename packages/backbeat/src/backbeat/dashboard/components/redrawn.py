"""A part of a page that is drawn again when what it shows has changed, and only then."""

from collections.abc import Callable
from typing import Any

from nicegui import ui


class Redrawn:
    """A part of a page; it keeps what is open in it while nothing changes."""

    def __init__(self, *classes: str) -> None:
        """Show nothing yet."""
        self._body = ui.element("div").classes(" ".join(("stack", *classes)))
        self._shown: Any = None

    def show(self, what: Any, draw: Callable[[], None]) -> None:
        """Draw, unless the same was drawn last.

        Args:
            what: What it shows; compared with what it showed.
            draw: Makes it.
        """
        if self._shown == [what]:
            return
        self._shown = [what]
        self._body.clear()
        with self._body:
            draw()
