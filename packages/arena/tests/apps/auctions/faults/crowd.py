"""Many people who bid at once, and workers that are killed meanwhile."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from sqlalchemy import text

from arena.apps.auctions.actions.bidding import place_bid
from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.publishing import draft, publish
from arena.apps.auctions.jobs import AuctionJobs
from arena.apps.auctions.model.bids import Bid
from arena.apps.auctions.model.lots import Description
from arena.apps.auctions.model.terms import Terms
from arena.apps.auctions.store.live import Placed
from arena.base.db import Database
from backbeat import Backbeat

CLIENTS: Final = 64
PROCESSES: Final = 4
PATIENCE_S: Final = 90.0


def bidding_desk(url: str, database: Database) -> Desk:
    """A desk that only takes bids: its jobs are done elsewhere."""
    app = Backbeat(url)
    return Desk.at(app, database, jobs=AuctionJobs(app, persist_rate=None))


async def sell(desk: Desk, terms: Terms) -> str:
    """Publish an auction on these terms."""
    lot = await draft(desk, str(uuid4()), Description(title="A watch"), terms)
    await publish(desk, lot.id)
    return lot.id


@dataclass(frozen=True)
class Sent:
    """A bid that was sent to an auction, and its answer."""

    auction_id: str
    bid: Bid
    placed: Placed


async def bid_all_at_once(
    desks: Sequence[Desk], auction_ids: Sequence[str], count: int, seed: int
) -> list[Sent]:
    """64 people place so many bids together, each some of them twice."""
    rng = random.Random(seed)
    left = [(rng.choice(auction_ids), rng.randrange(10_00, 5_000_00)) for _ in range(count)]
    sent: list[Sent] = []

    async def bid(number: int) -> None:
        desk = desks[number % len(desks)]
        while left:
            auction_id, offer = left.pop()
            bid = Bid(str(uuid4()), f"bidder-{number}", offer)
            placed = await place_bid(desk, auction_id, bid)
            if offer % 10 == 0:
                assert (await place_bid(desk, auction_id, bid)).answer == placed.answer
            sent.append(Sent(auction_id, bid, placed))

    async with asyncio.TaskGroup() as tasks:
        for number in range(CLIENTS):
            tasks.create_task(bid(number))
    return sent


class Workers:
    """Worker processes, one after the other: each is killed, and the next one takes over."""

    def __init__(self, url: str, database: Database) -> None:
        """Start none yet."""
        self._url = url
        self._postgres = database.engine.url.set(drivername="postgresql").render_as_string(
            hide_password=False
        )
        self._process: subprocess.Popen[str] | None = None
        self.kills = 0

    async def start(self) -> None:
        """Start one and wait until it works."""
        module = "packages.arena.tests.apps.auctions.faults.worker_process"
        command = [sys.executable, "-m", module, self._url, self._postgres]
        self._process = await asyncio.to_thread(_started, command)

    async def kill(self) -> None:
        """Kill the one that works."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.communicate)
            self._process = None
            self.kills += 1


@asynccontextmanager
async def workers(url: str, database: Database) -> AsyncIterator[Workers]:
    """Workers, of which none is left afterwards."""
    crew = Workers(url, database)
    try:
        yield crew
    finally:
        await crew.kill()


async def becomes(database: Database, count: str, wanted: int) -> None:
    """Wait until a query counts so many; PostgreSQL tells no one.

    Raises:
        TimeoutError: It has not after a minute and a half.
    """
    async with asyncio.timeout(PATIENCE_S):
        while await counted(database, count) != wanted:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)


async def counted(database: Database, count: str) -> int:
    """What a query counts."""
    async with database.reading() as session:
        return int(await session.scalar(text(count)) or 0)


def _started(command: Sequence[str]) -> "subprocess.Popen[str]":
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process
