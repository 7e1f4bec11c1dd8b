"""Buttons about something that changes: each is there while it makes sense."""

from collections.abc import Callable
from typing import Generic, TypeVar

from nicegui import ui

T = TypeVar("T")


class Offers(Generic[T]):
    """Some buttons; they are made once, so that none goes away under somebody's finger.

    Attributes:
        thing: What they are about, as it was shown last.
    """

    def __init__(self, thing: T) -> None:
        """Offer nothing yet."""
        self.thing = thing
        self._made: list[tuple[ui.element, Callable[[T], bool]]] = []

    def add(self, made: ui.element | None, when: Callable[[T], bool]) -> None:
        """Take a button that is there while this holds; None is one that may not be offered."""
        if made is not None:
            made.set_visibility(when(self.thing))
            self._made.append((made, when))

    def show(self, thing: T) -> None:
        """Fit to what it is now."""
        self.thing = thing
        for made, when in self._made:
            if made.visible != when(thing):
                made.set_visibility(not made.visible)
