"""The frame of every page: what there is to see, who is signed in, dark or light."""

from nicegui import ui

from arena.base.pages.site import SIGN_IN, SIGN_OUT
from arena.base.pages.visit import Visit
from backbeat.pages import dress, theme_button
from backbeat.pages.look import box, link, text


def frame(visit: Visit) -> None:
    """Draw it."""
    dress("arena.css")
    script = f'<script src="{visit.root}/assets/countdown.js" defer></script>'
    ui.add_head_html(script, shared=False)
    with ui.header().classes("bar"):
        with link("", visit.href(), "brand"):
            ui.element("img").props["src"] = f"{visit.root}/assets/icon.svg"
            text("Arena")
        with box("places"):
            for show in visit.shows:
                link(show.name, f"{visit.root}{show.path}")
        text("", "grow")
        theme_button()
        _who(visit)


def _who(visit: Visit) -> None:
    if visit.identity is None:
        link("Sign in", visit.href(SIGN_IN[1:], next=visit.here), "sign")
        return
    with text("", "who"):
        ui.icon("person")
        text(visit.identity.name)
    with ui.element("form").props(f'method=post action="{visit.root}{SIGN_OUT}"'):
        ui.button(icon="logout", color=None).props(
            'flat round dense type=submit aria-label="Sign out"'
        )
