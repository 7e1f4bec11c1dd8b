"""What a page says while a store is away; it says so until it is there again."""

from nicegui import ui

from backbeat.pages.look import box, text


class AwayNotice:
    """A line that comes and goes. A page stays as it was under it."""

    def __init__(self, words: str) -> None:
        """Say nothing yet.

        Args:
            words: What is not possible just now, and what becomes of it.
        """
        with box("away") as self._box:
            self._box.props["role"] = "status"
            ui.icon("cloud_off")
            text(words)
        self.show(away=False)

    def show(self, *, away: bool) -> None:
        """Say it, or not."""
        self._box.set_visibility(away)
