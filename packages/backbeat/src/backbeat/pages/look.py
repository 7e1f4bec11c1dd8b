"""The small parts that every page is made of."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from nicegui import ui


def text(words: str, *classes: str, tag: str = "span") -> ui.label:
    """Words, as text."""
    made = ui.label(words).classes(" ".join(classes))
    made.tag = tag
    return made


def link(words: str, href: str, *classes: str) -> ui.label:
    """A link to an address of ours."""
    made = text(words, *classes, tag="a")
    made.props["href"] = href
    return made


def state(words: str) -> ui.label:
    """A state in its colour."""
    return text(words, "state", f"state-{words}")


def paint(badge: ui.label, words: str) -> None:
    """Let a state be another one."""
    if badge.text != words:
        badge.classes(replace=f"state state-{words}")
        badge.set_text(words)


def button(
    label: str, on_click: Any, *, icon: str | None = None, danger: bool = False
) -> ui.button:
    """A button; `danger` for what takes something away."""
    made = ui.button(label, icon=icon, on_click=on_click, color=None)
    colour = "negative" if danger else "primary"
    return made.props(f"outline no-caps dense padding='4px 12px' color={colour}")


@contextmanager
def box(*classes: str) -> Iterator[ui.element]:
    """A plain box."""
    with ui.element("div").classes(" ".join(classes)) as made:
        yield made


@contextmanager
def panel(title: str | None = None, *classes: str) -> Iterator[ui.element]:
    """A panel, with a title."""
    with ui.element("section").classes(" ".join(("panel", *classes))) as made:
        if title is not None:
            text(title, tag="h2")
        yield made


@contextmanager
def heading(title: str, *crumbs: tuple[str, str]) -> Iterator[None]:
    """The title of a page, with the way to it; what is made within stands at its right."""
    with box("head"):
        if crumbs:
            with box("crumbs"):
                for words, href in crumbs:
                    link(words, href)
                    text(" / ")
        text(title, tag="h1")
        yield


def facts(pairs: Mapping[str, str] | Sequence[tuple[str, str]]) -> None:
    """Names and values."""
    with box("facts"):
        for name, value in pairs.items() if isinstance(pairs, Mapping) else pairs:
            text(name)
            text(value)


def code(words: str) -> ui.label:
    """Data, a trace, a log: as it is."""
    return text(words, "code", tag="pre")


def nothing(icon: str, what: str, hint: str) -> ui.element:
    """That there is nothing, and what to do next."""
    with box("none") as made:
        ui.icon(icon)
        text(what, tag="b")
        text(hint)
    return made


def tile(name: str, colour: str | None = None) -> ui.label:
    """A number with its name; set its text."""
    with box("tile"):
        value = text("-", tag="b")
        with box():
            if colour:
                dot = text("", "dot")
                dot.style(f"--c: var(--{colour})")
            text(name)
    return value


def tabs(items: Sequence[tuple[str, str, bool]]) -> None:
    """Links to the faces of a page: words, address, whether this is it."""
    with box("tabs"):
        for words, href, here in items:
            link(words, href, *(["here"] if here else []))
