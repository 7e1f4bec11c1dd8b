"""Auctions, as the house mounts them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from typing_extensions import override

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.news import News
from arena.apps.auctions.actions.notices import KINDS
from arena.apps.auctions.handlers import declare_handlers
from arena.apps.auctions.model.house_terms import HouseTerms
from arena.apps.auctions.rooms import Rooms
from arena.apps.auctions.rooms.telling import Teller
from arena.apps.auctions.rooms.viewers import Viewers
from arena.apps.auctions.routes.bids import bids
from arena.apps.auctions.routes.invoices import invoices
from arena.apps.auctions.routes.items import items
from arena.apps.auctions.routes.mine import mine
from arena.apps.auctions.routes.offers import offers
from arena.apps.auctions.simulation import simulate
from arena.base.pages.show import Show
from arena.base.sockets import Sockets
from arena.house import Application, House, Life, Parts


@dataclass(slots=True)
class _There:
    """What pages share with the rooms, which are made before them."""

    viewers: Viewers | None = None


class Auctions(Application):
    """Live auctions: bids over REST and sockets, decided in one step on the server of the jobs."""

    name = "auctions"

    @override
    def open(self, house: House) -> Parts:
        """Declare queues, handlers and schedules, and say what else there is."""
        said = house.settings
        terms = HouseTerms(said.auction_extension_seconds, said.auction_premium_bps)
        desk = Desk.at(house.jobs, house.database, house.ledger, house.notifications, house=terms)
        declare_handlers(house.jobs, desk)
        news, there = News(desk.live), _There()
        lives: list[Life] = []

        def rooms(sockets: Sockets) -> None:
            viewers = there.viewers = Viewers(desk.live, sockets)
            Rooms(desk, sockets, viewers)
            lives.extend((Teller(news, sockets).telling, news.coming, viewers.counting))

        def pages() -> Show:
            from arena.apps.auctions.pages import Hall  # NiceGUI takes a second to import

            assert there.viewers is not None
            hall = Hall(desk, news, there.viewers)
            lives.append(hall.open)
            about = "Bid against others, live, to the last second."
            return Show("Auctions", about, "/auctions", hall)

        @asynccontextmanager
        async def serving() -> AsyncIterator[None]:
            async with AsyncExitStack() as stack:
                for life in lives:
                    await stack.enter_async_context(life())
                yield
                await desk.relay.settled()

        return Parts(
            routers=(items(desk), bids(desk), mine(desk), invoices(desk), offers(desk)),
            aliases=("/api",),
            rooms=rooms,
            pages=pages,
            kinds=KINDS,
            serving=serving,
            simulate=simulate,
        )


auctions = Auctions()
