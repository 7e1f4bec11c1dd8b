"""A house that auctions, for a test: its desk, its lots, and its workers when they are wanted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import text

from arena.apps.auctions.actions.bidding import place_bid
from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.notices import KINDS
from arena.apps.auctions.actions.publishing import draft, publish
from arena.apps.auctions.handlers import declare_handlers
from arena.apps.auctions.jobs import AuctionJobs
from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Answer, Bid
from arena.apps.auctions.model.lots import Description
from arena.apps.auctions.store.lots import find_lot
from arena.apps.auctions.store.tables import InvoiceTable
from arena.base.db import Database
from arena.services.ledger import Ledger
from arena.services.notifications import Notifications
from arena.services.notifications.opening import CHANNELS
from backbeat import Backbeat
from backbeat.testing import FakeClock, Ran, application, drain
from packages.arena.tests.apps.auctions.sale import HOUR_MS, cents, terms


@dataclass(frozen=True)
class AuctionHouse:
    """The stores and queues of auctions, in the time of a test, and what tests ask of them."""

    app: Backbeat
    desk: Desk
    clock: FakeClock
    ledger: Ledger
    notifications: Notifications

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, database: Database) -> AsyncIterator[Self]:
        """A house on a server and a database; bids go to PostgreSQL as fast as they can."""
        app, clock = Backbeat(), FakeClock()
        jobs = AuctionJobs(app, persist_rate=None)
        ledger = Ledger(database)
        notifications = Notifications(app, database, KINDS, unset=CHANNELS, clock=clock)
        desk = Desk.at(app, database, ledger, notifications, jobs=jobs, clock=clock)
        declare_handlers(app, desk)
        async with application(app, clock=clock, url=url):
            yield cls(app, desk, clock, ledger, notifications)
            await desk.relay.settled()

    async def sell(self, *, words: dict[str, Any] | None = None, **given: Any) -> str:
        """Publish an auction that has started and lasts an hour, but for what is given."""
        start_ms = self.clock()
        usual = {"start_at_ms": start_ms, "end_at_ms": start_ms + HOUR_MS}
        description = Description(title="A watch", **(words or {}))
        lot = await draft(self.desk, str(uuid4()), description, terms(**(usual | given)))
        await publish(self.desk, lot.id)
        return lot.id

    async def bid(self, auction_id: str, bidder: str, amount: str, bid_id: str = "") -> Answer:
        """Bid an amount such as "20.00" now."""
        bid = Bid(bid_id or str(uuid4()), bidder, cents(amount))
        return (await place_bid(self.desk, auction_id, bid)).answer

    async def work(self) -> list[Ran]:
        """Run what is due, and what follows from it, until nothing is left to do now."""
        everything: list[Ran] = []
        while True:
            await self.desk.relay.settled()
            ran = await drain(self.app)
            everything += ran
            if not ran:
                return everything

    async def row(self, auction_id: str) -> Auction:
        """How the row of an auction says that it stands."""
        async with self.desk.database.reading() as session:
            lot = await find_lot(session, auction_id)
        assert lot is not None
        return lot.auction

    async def live(self, auction_id: str) -> Auction:
        """How an auction stands on the server."""
        seen = await self.desk.live.read(auction_id)
        assert seen is not None
        return seen.auction

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        async with self.desk.database.reading() as session:
            return int(await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 - names of ours

    async def inbox(self, user: str) -> list[str]:
        """Titles of what somebody was told, the first one first."""
        page = await self.notifications.inboxes.page(user)
        return [entry.title for entry in reversed(page.entries)]

    async def invoice(self, auction_id: str) -> tuple[str, int, int] | None:
        """Who owes what for an auction: winner, hammer price, premium."""
        async with self.desk.database.reading() as session:
            row = await session.get(InvoiceTable, auction_id)
        return None if row is None else (row.winner, row.hammer_price, row.premium)
