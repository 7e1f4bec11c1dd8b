"""The auctions that somebody watches, live."""

from nicegui import ui

from arena.apps.auctions.actions.mine import watched
from arena.apps.auctions.pages.card import Entry
from arena.apps.auctions.pages.cards import Cards
from arena.apps.auctions.pages.hall import Hall, answering
from arena.apps.auctions.pages.own import TOGETHER, leaf, number_of, own_id, own_places
from arena.base.pages.screen import screen
from arena.base.pages.visit import Visit
from backbeat.pages.look import heading

_AGAIN_S = 3.0


@screen("/auctions/mine/watched", "Watched")
async def watched_page(visit: Visit, page: str = "1") -> None:
    """The newest watch first."""
    hall, number = visit.of(Hall), number_of(page)
    with heading("Watched auctions"):
        pass
    user_id = own_id(visit)
    own_places(visit, "watched")
    cards = Cards(
        visit, icon="star", none="You watch none", hint="Press Watch on the page of an auction."
    )

    async def read() -> tuple[list[Entry], int]:
        async with answering():
            first = (number - 1) * TOGETHER
            return await watched(hall.desk, user_id, limit=TOGETHER, offset=first)

    async def shown() -> list[Entry]:
        return (await read())[0]

    async def refresh() -> None:
        if (await visit.recognise()) is not None:
            await cards.refresh(shown)

    entries, total = await read()
    cards.show(entries)
    leaf(visit, "watched", number, more=number * TOGETHER < total)
    ui.timer(_AGAIN_S, refresh, immediate=False)
