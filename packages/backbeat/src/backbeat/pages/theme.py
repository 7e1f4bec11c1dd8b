"""How pages look: the shared style sheet, and dark or light.

Colours are as the browser has them, until somebody chooses; then as they have chosen here.
"""

from typing import Final

from nicegui import ui

from backbeat.pages.site import visit_here

_COOKIE: Final = "backbeat_theme"
_MODES: Final = {"auto": None, "light": False, "dark": True}
_ICONS: Final = {"auto": "brightness_auto", "light": "light_mode", "dark": "dark_mode"}


def dress(*sheets: str) -> None:
    """Give a page the shared style sheet, and then these of its site, by their names."""
    root = visit_here().root
    for path in ("shared/pages.css", *(f"assets/{sheet}" for sheet in sheets)):
        ui.add_head_html(f'<link rel="stylesheet" href="{root}/{path}">', shared=False)
    ui.colors(primary="#5b54e8", negative="#c8322b", positive="#14804a")


def theme_button() -> None:
    """Colour the page as was chosen, and draw the button that chooses otherwise."""
    chosen = ui.context.client.request.cookies.get(_COOKIE)
    now = {"mode": chosen if chosen is not None and chosen in _MODES else "auto"}
    dark = ui.dark_mode(_MODES[now["mode"]])
    path = visit_here().root or "/"

    def turn() -> None:
        modes = list(_MODES)
        mode = modes[(modes.index(now["mode"]) + 1) % len(modes)]
        now["mode"] = mode
        dark.value = _MODES[mode]
        button.props(f'icon={_ICONS[mode]} aria-label="Colours: {mode}"')
        ui.run_javascript(
            f"document.cookie = '{_COOKIE}={mode}; path={path}; max-age=31536000; samesite=strict'"
        )

    button = ui.button(icon=_ICONS[now["mode"]], on_click=turn, color=None)
    button.props(f'flat round dense aria-label="Colours: {now["mode"]}"')
