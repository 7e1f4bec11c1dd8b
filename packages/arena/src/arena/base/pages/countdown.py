"""A countdown by the server's time: the browser's clock may be wrong by hours, and nobody sees it.

The page is told the end and the time that it is now; the browser measures only what has passed
since it was told. So the two are set together, again and again.
"""

from nicegui import ui


class Countdown:
    """Time that is left until a moment."""

    def __init__(self, *classes: str) -> None:
        """Count to nothing yet."""
        # Every page has the script: see `frame`.
        self._made = ui.element("count-down").classes(" ".join(classes))
        self._made.props["role"] = "timer"

    def set(self, end_ms: int, now_ms: int, over: str = "ending…") -> None:
        """Count to a moment, both in ms by the server's clock; `over` is said from then on."""
        self._made.props.update({"end": end_ms, "now": now_ms, "over": over})
        self._made.update()

    def set_visibility(self, visible: bool) -> None:
        """Show it, or not."""
        self._made.set_visibility(visible)
