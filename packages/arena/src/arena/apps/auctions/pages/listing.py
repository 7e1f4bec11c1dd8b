"""The list of auctions: those that run, those to come, those that are over; live."""

from typing import Final

from nicegui import ui

from arena.apps.auctions.errors import Away
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.pages.away import AwayNotice
from arena.apps.auctions.pages.card import Entry, card
from arena.apps.auctions.pages.hall import Hall
from arena.apps.auctions.pages.own import own_places
from arena.base.pages.screen import screen
from arena.base.pages.visit import Visit
from backbeat.pages.look import heading, nothing, tabs, text
from backbeat.pages.parts import Parts

TABS: Final = {
    Status.ACTIVE: "Running", Status.SCHEDULED: "To come", Status.ENDED: "Over",
}  # fmt: skip
_AGAIN_S: Final = 2.0


@screen("/auctions", "Auctions")
async def auctions_page(visit: Visit, status: str = Status.ACTIVE.value) -> None:
    """All auctions of a status, the first to end first."""
    hall = visit.of(Hall)
    shown = Status(status) if status in {each.value for each in TABS} else Status.ACTIVE
    with heading("Auctions"):
        text("", "grow")
        tabs([
            (words, visit.href("auctions", status=each.value), each is shown)
            for each, words in TABS.items()
        ])  # fmt: skip
    if visit.identity is not None:
        own_places(visit)
    away = AwayNotice("This list cannot be brought up to date just now; it goes on by itself.")
    cards: Parts[Entry] = Parts(
        lambda entry: entry[0].id,
        lambda entry: card(visit, entry),
        lambda: nothing("gavel", "There is none", "Look again later: this list is live."),
        "split",
    )

    async def refresh() -> None:
        await visit.recognise()
        try:
            lots = await hall.lots(shown)
        except Away:
            # The list stays as it was.
            away.show(away=True)
            return
        away.show(away=False)
        cards.show(lots)

    await refresh()
    ui.timer(_AGAIN_S, refresh, immediate=False)
