"""The auctions that somebody watches, live."""

from nicegui import ui

from arena.apps.auctions.actions.mine import watched
from arena.apps.auctions.errors import Away
from arena.apps.auctions.pages.away import AwayNotice
from arena.apps.auctions.pages.card import Entry, card
from arena.apps.auctions.pages.hall import Hall, answering
from arena.apps.auctions.pages.own import TOGETHER, leaf, number_of, own_id, own_places
from arena.base.pages.screen import screen
from arena.base.pages.visit import Visit
from backbeat.pages.look import heading, nothing
from backbeat.pages.parts import Parts

_AGAIN_S = 3.0


@screen("/auctions/mine/watched", "Watched")
async def watched_page(visit: Visit, page: str = "1") -> None:
    """The newest watch first."""
    hall, number = visit.of(Hall), number_of(page)
    with heading("Watched auctions"):
        pass
    user_id = own_id(visit)
    own_places(visit, "watched")
    away = AwayNotice("This list cannot be brought up to date just now; it goes on by itself.")
    cards: Parts[Entry] = Parts(
        lambda entry: entry[0].id,
        lambda entry: card(visit, entry),
        lambda: nothing("star", "You watch none", "Press Watch on the page of an auction."),
        "split",
    )

    async def read() -> list[Entry]:
        """A page of them, and one more that says that there are more."""
        async with answering():
            first = (number - 1) * TOGETHER
            return await watched(hall.desk, user_id, limit=TOGETHER + 1, offset=first)

    async def refresh() -> None:
        if (await visit.recognise()) is None:
            return
        try:
            entries = await read()
        except Away:
            away.show(away=True)
            return
        away.show(away=False)
        cards.show(entries[:TOGETHER])

    entries = await read()
    cards.show(entries[:TOGETHER])
    leaf(visit, "watched", number, more=len(entries) > TOGETHER)
    ui.timer(_AGAIN_S, refresh, immediate=False)
