"""Buttons that change something: absent for who may not, confirmed where it matters."""

import logging
from collections.abc import Awaitable, Callable

from nicegui import ui

from backbeat.dashboard.components.look import text
from backbeat.dashboard.visit import Visit
from backbeat.errors import BackbeatError
from backbeat.gateway.access import Action
from backbeat.gateway.http.table import UNEXPECTED, row_of

logger = logging.getLogger("backbeat.dashboard")

# Does it; gives what to say afterwards.
Deed = Callable[[], Awaitable[str]]


def action(
    visit: Visit,
    needs: Action,
    label: str,
    deed: Deed,
    *,
    queue: str | None = None,
    icon: str | None = None,
    ask: str | None = None,
    danger: bool = False,
) -> ui.button | None:
    """A button, for somebody who may.

    Args:
        visit: Who is at the page.
        needs: The permission that it takes.
        label: What is on it.
        deed: What it does.
        queue: The queue that it concerns. Defaults to None: the whole application.
        icon: Its icon. Defaults to none.
        ask: What to ask before. Defaults to None: nothing.
        danger: Whether it looks dangerous. Defaults to False.

    Returns:
        The button; None where it is not offered.
    """
    if not visit.may(needs, queue):
        return None

    async def clicked() -> None:
        if ask is None or await confirmed(label, ask):
            await carry_out(visit, deed)

    made = ui.button(label, icon=icon, on_click=clicked, color=None)
    return made.props(
        f"outline no-caps dense padding='4px 12px' color={'negative' if danger else 'primary'}"
    )


async def carry_out(visit: Visit, deed: Deed) -> bool:
    """Do something that changes something, and say how it went; whether it went well."""
    try:
        await visit.count_write()
        said = await deed()
    except BackbeatError as error:
        ui.notify(problem(error), type="negative")
        return False
    ui.notify(said, type="positive")
    visit.reader.hurry()
    return True


def problem(error: Exception) -> str:
    """What is said of an error, as REST says it."""
    row = row_of(error)
    if row is UNEXPECTED:
        logger.error("a page failed", exc_info=error)
    return row.says or str(error)


async def confirmed(title: str, question: str) -> bool:
    """Whether somebody says yes."""
    with ui.dialog() as dialog, ui.element("div").classes("dialog"):
        text(title, tag="h2")
        text(question)
        with ui.element("div").classes("row"):
            ui.button("Back", on_click=lambda: dialog.submit(False)).props("flat no-caps")
            yes = ui.button(title, on_click=lambda: dialog.submit(True))
            yes.props("no-caps unelevated color=negative")
    said = await dialog
    dialog.delete()
    return bool(said)


async def typed(title: str, warning: str, name: str) -> str | None:
    """The name that somebody typed to confirm what cannot be undone; None for nothing.

    The service compares it again: this only keeps the button shut until it fits.
    """
    with ui.dialog() as dialog, ui.element("div").classes("dialog"):
        text(title, tag="h2")
        text(warning)
        text(f"Type {name} to confirm.")
        said = ui.input("Name").props("outlined dense autofocus")
        with ui.element("div").classes("row"):
            ui.button("Back", on_click=lambda: dialog.submit(None)).props("flat no-caps")
            yes = ui.button(title, on_click=lambda: dialog.submit(said.value))
            yes.props("no-caps unelevated color=negative")
            yes.disable()
        said.on_value_change(lambda e: yes.set_enabled(e.value == name))
    answer = await dialog
    dialog.delete()
    return str(answer) if answer else None
