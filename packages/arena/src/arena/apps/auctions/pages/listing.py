"""The list of auctions: those that run, those to come, those that are over; live."""

from typing import Final

from nicegui import ui

from arena.apps.auctions.model.states import Status
from arena.apps.auctions.pages.cards import Cards
from arena.apps.auctions.pages.hall import Hall
from arena.apps.auctions.pages.own import own_places
from arena.base.pages.screen import screen
from arena.base.pages.visit import Visit
from backbeat.pages.look import heading, tabs, text

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
    cards = Cards(
        visit, icon="gavel", none="There is none", hint="Look again later: this list is live."
    )

    async def refresh() -> None:
        await visit.recognise()
        await cards.refresh(lambda: hall.lots(shown))

    await refresh()
    ui.timer(_AGAIN_S, refresh, immediate=False)
