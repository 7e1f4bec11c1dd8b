"""Buttons that change something: absent for who may not, confirmed where it matters."""

from typing import Any

from nicegui import ui

from backbeat.dashboard.components.deeds import Deed, carry_out
from backbeat.dashboard.components.dialog import confirm
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action
from backbeat.pages.look import button


def offer(
    visit: Visit,
    needs: Action,
    label: str,
    on_click: Any,
    *,
    queue: str | None = None,
    icon: str | None = None,
    danger: bool = False,
) -> ui.button | None:
    """A button, for somebody who may.

    Args:
        visit: Who is at the page.
        needs: The permission that it takes.
        label: What is on it.
        on_click: What happens then.
        queue: The queue that it concerns. Defaults to None: the whole application.
        icon: Its icon. Defaults to none.
        danger: Whether it looks dangerous. Defaults to False.

    Returns:
        The button; None where it is not offered.
    """
    if not visit.may(needs, queue):
        return None
    return button(label, on_click, icon=icon, danger=danger)


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
    """A button that does something, for somebody who may.

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

    async def clicked() -> None:
        if ask is None:
            await carry_out(visit, deed)
        else:
            await confirm(visit, label, ask, deed)

    return offer(visit, needs, label, clicked, queue=queue, icon=icon, danger=danger)
