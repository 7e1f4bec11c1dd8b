"""A list of things, each drawn once and filled again: what stays is not drawn anew."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from nicegui import ui

T = TypeVar("T")
# Fills what was drawn again.
Fill = Callable[[T], None]


@dataclass(frozen=True, slots=True)
class _Part(Generic[T]):
    element: ui.element
    fill: Fill[T]


class Parts(Generic[T]):
    """Things by their keys: new ones appear, those that are gone go, the others are filled."""

    def __init__(
        self,
        key: Callable[[T], Hashable],
        draw: Callable[[T], Fill[T]],
        none: Callable[[], ui.element],
        *classes: str,
    ) -> None:
        """Show nothing yet.

        Args:
            key: Tells them apart.
            draw: Draws one, and gives what fills it again.
            none: Draws that there are none.
            *classes: Of the box that they stand in.
        """
        self._key, self._draw = key, draw
        self._none = none()
        self._box = ui.element("div").classes(" ".join(classes))
        self._parts: dict[Hashable, _Part[T]] = {}

    def show(self, things: Sequence[T]) -> None:
        """Show these, in this order."""
        self._none.set_visibility(not things)
        self._box.set_visibility(bool(things))
        keyed = {self._key(thing): thing for thing in things}
        for gone in self._parts.keys() - keyed.keys():
            self._parts.pop(gone).element.delete()
        for place, (key, thing) in enumerate(keyed.items()):
            part = self._parts.get(key)
            if part is None:
                part = self._parts[key] = self._made(thing)
            part.fill(thing)
            if self._box.default_slot.children.index(part.element) != place:
                part.element.move(self._box, place)

    def _made(self, thing: T) -> _Part[T]:
        with self._box, ui.element("div").classes("part") as element:
            return _Part(element, self._draw(thing))
