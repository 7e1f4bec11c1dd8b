"""Sends somebody to another page."""

from nicegui import ui

from backbeat.dashboard.visit import Visit


def go(visit: Visit, *parts: str, **query: str | None) -> None:
    """Open a page of ours in the place of this one; see `Visit.href`."""
    # NiceGUI puts the address that the dashboard is mounted at before every path by itself.
    ui.navigate.to(visit.href(*parts, **query).removeprefix(visit.root))
