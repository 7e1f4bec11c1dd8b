"""A form that the browser sends by itself, so that it works before a page is connected."""

from nicegui import ui

from backbeat.dashboard.visit import Visit


def asking_form(visit: Visit, *parts: str, **kept: str) -> ui.element:
    """A form whose fields, and what is kept beside them, are the query of a page of ours."""
    form = ui.element("form").props(f'method=get action="{visit.href(*parts)}"')
    with form:
        for name, value in kept.items():
            ui.element("input").props(f'type=hidden name={name} value="{value}"')
    return form
