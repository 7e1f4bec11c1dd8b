"""A button by which somebody hears of an auction, or no more."""

from nicegui import ui

from arena.apps.auctions.actions.mine import is_watching, start_watching, stop_watching
from arena.apps.auctions.pages.deeds import ONE_CLICK, carry_out, trouble
from arena.apps.auctions.pages.hall import Hall, answering
from arena.base.identity import Identity
from arena.base.pages.visit import Visit


class WatchButton:
    """Says whether they watch it; for those who are signed in."""

    def __init__(self, visit: Visit, hall: Hall, auction_id: str) -> None:
        """Know nothing yet."""
        self._visit, self._hall, self._auction_id = visit, hall, auction_id
        self._watches = False
        self._button = ui.button("Watch", icon="star_border", color=None)
        self._button.props("flat dense no-caps")
        self._button.on("click", self._turn, js_handler=ONE_CLICK)
        self._problem = trouble()

    async def read(self) -> None:
        """Show how it is."""
        user_id = self._visit.user_id
        self._button.set_visibility(user_id is not None)
        if user_id is not None:
            async with answering():
                self._show(watches=await is_watching(self._hall.desk, user_id, self._auction_id))

    async def _turn(self) -> None:
        change, wanted = (stop_watching, False) if self._watches else (start_watching, True)

        async def deed(who: Identity) -> bool:
            await change(self._hall.desk, str(who.user_id), self._auction_id)
            return True

        if await carry_out(self._visit, self._problem, deed):
            self._show(watches=wanted)

    def _show(self, *, watches: bool) -> None:
        self._watches = watches
        self._button.set_text("Watching" if watches else "Watch")
        self._button.props(f"icon={'star' if watches else 'star_border'}")
