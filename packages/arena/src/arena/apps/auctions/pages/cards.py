"""A list of auctions as cards, which says when it cannot be brought up to date."""

from collections.abc import Awaitable, Callable, Sequence

from arena.apps.auctions.errors import Away
from arena.apps.auctions.pages.away import AwayNotice
from arena.apps.auctions.pages.card import Entry, card
from arena.base.pages.visit import Visit
from backbeat.pages.look import nothing
from backbeat.pages.parts import Parts


class Cards:
    """The cards of some auctions."""

    def __init__(self, visit: Visit, *, icon: str, none: str, hint: str) -> None:
        """Show none yet.

        Args:
            visit: Whose page.
            icon: Stands where there are none.
            none: Says so.
            hint: What to do then.
        """
        self._away = AwayNotice(
            "This list cannot be brought up to date just now; it goes on by itself."
        )
        self._parts: Parts[Entry] = Parts(
            lambda entry: entry[0].id,
            lambda entry: card(visit, entry),
            lambda: nothing(icon, none, hint),
            "split",
        )

    def show(self, entries: Sequence[Entry]) -> None:
        """Show these, in the place of those before."""
        self._away.show(away=False)
        self._parts.show(entries)

    async def refresh(self, read: Callable[[], Awaitable[Sequence[Entry]]]) -> None:
        """Show what can be read now; the list stays as it was where a store is away."""
        try:
            entries = await read()
        except Away:
            self._away.show(away=True)
        else:
            self.show(entries)
