"""The frame of every page: where one can go, who is signed in, dark or light."""

from typing import Final

from nicegui import ui

from backbeat.dashboard.components.form import asking_form
from backbeat.dashboard.visit import Visit
from backbeat.gateway.access import Action
from backbeat.pages import dress, theme_button
from backbeat.pages.look import link, text

# Words, icon, address, and the permission for the whole application that it takes, if any.
PLACES: Final[tuple[tuple[str, str, str, Action | None], ...]] = (
    ("Overview", "space_dashboard", "", None),
    ("Alerts", "notifications", "alerts", Action.VIEW),
    ("Dead letters", "report", "dead", None),
    ("Schedules", "event_repeat", "schedules", None),
    ("Flows", "account_tree", "flows", None),
    ("Workers", "memory", "workers", None),
    ("Groups", "group_work", "groups", None),
    ("Limits and locks", "lock_clock", "limits", Action.VIEW),
    ("Audit log", "history", "audit", Action.ADMINISTER),
    ("API keys", "vpn_key", "keys", Action.ADMINISTER),
)
# The menu of a narrow window opens without asking the server.
_TOGGLE: Final = "() => document.body.classList.toggle('menu-open')"


def frame(visit: Visit, here: str) -> None:
    """Draw it; `here` is the address of the page, or of the one that it hangs below."""
    dress("backbeat.css")
    with ui.header().classes("bar"):
        menu = ui.button(icon="menu", color=None).props('flat round dense aria-label="Menu"')
        menu.classes("menu").on("click", js_handler=_TOGGLE)
        with link("", visit.href(), "brand"):
            ui.element("img").props["src"] = f"{visit.root}/assets/icon.svg"
            text("Backbeat")
        text("", "grow")
        _search(visit)
        if visit.service.guard.read_only:
            text("read-only", "mark")
        theme_button()
        _who(visit)
    ui.element("div").classes("shade").on("click", js_handler=_TOGGLE)
    with ui.element("nav").classes("side"):
        for words, icon, where, needs in PLACES:
            if needs is None or visit.principal.may(needs):
                with link("", visit.href(where) if where else visit.href()) as entry:
                    entry.classes("here" if where == here else "")
                    ui.icon(icon)
                    text(words)


def _search(visit: Visit) -> None:
    with asking_form(visit, "find").classes("find"):
        box = ui.input(placeholder="Find").props("dense outlined clearable maxlength=200 name=q")
        box.props('required aria-label="Find jobs, queues, schedules"')


def _who(visit: Visit) -> None:
    with text("", "who"):
        ui.icon("person")
        text(visit.principal.name)
    if visit.signed_in:
        with ui.element("form").props(f'method=post action="{visit.root}/sign-out"'):
            ui.button(icon="logout", color=None).props(
                'flat round dense type=submit aria-label="Sign out"'
            )
    else:
        with link("", f"{visit.root}/sign-in"):
            ui.icon("login").props('aria-label="Sign in with a key"')
