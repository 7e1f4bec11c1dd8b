"""Dialogs: they ask before something is done, and stay until it went well."""

from types import TracebackType
from typing import Self

from nicegui import ui

from backbeat.dashboard.components.deeds import Deed, carry_out
from backbeat.dashboard.visit import Visit
from backbeat.pages.look import text


class Dialog:
    """A question with fields and buttons; what is made within `with` are its fields.

    It hangs at the page, not at what was clicked: a part that is drawn again leaves it open.
    """

    def __init__(self, title: str, *words: str) -> None:
        """Make it; `offer` adds what can be done, `shown` shows it."""
        with ui.context.client.content:
            self._place = ui.element("div").classes("hidden")
        with self._place, ui.dialog() as self._dialog, ui.element("div").classes("dialog"):
            text(title, tag="h2")
            for each in words:
                text(each, "quiet")
            self._fields = ui.element("div").classes("fields")
            with ui.element("div").classes("items end") as self._buttons:
                ui.button("Back", on_click=self._dialog.close).props("flat no-caps")

    def __enter__(self) -> Self:
        self._fields.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._fields.__exit__()

    def offer(self, visit: Visit, label: str, deed: Deed, *, danger: bool = False) -> ui.button:
        """Add a button that does something; the dialog ends when that went well."""

        async def clicked() -> None:
            made.disable()
            if await carry_out(visit, deed):
                self._dialog.submit(True)
            else:
                made.enable()

        with self._buttons:
            made = ui.button(label, on_click=clicked)
        return made.props(f"no-caps unelevated color={'negative' if danger else 'primary'}")

    async def shown(self) -> bool:
        """Show it; whether something was done, once it has ended."""
        done = await self._dialog
        self._dialog.delete()
        self._place.delete()
        return bool(done)


async def confirm(visit: Visit, title: str, question: str, deed: Deed) -> None:
    """Do something once somebody says yes."""
    dialog = Dialog(title, question)
    dialog.offer(visit, title, deed, danger=True)
    await dialog.shown()


def name_field(name: str) -> ui.input:
    """A field for the name that confirms what cannot be undone."""
    text(f"Type {name} to confirm.")
    return ui.input("Name").props("outlined dense autofocus autocomplete=off")


def shut_until_typed(button: ui.button, field: ui.input, name: str) -> None:
    """Keep a button shut until the name was typed; the service compares it again."""
    button.disable()
    field.on_value_change(lambda change: button.set_enabled(change.value == name))
