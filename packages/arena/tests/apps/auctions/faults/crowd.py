"""Many people who bid at once, and workers that are killed meanwhile."""

import asyncio
import random
import subprocess
import sys
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from sqlalchemy import select, text

from arena.apps.auctions.actions.bidding import place_bid
from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.publishing import draft, publish
from arena.apps.auctions.model.bids import REMEMBERED, Bid
from arena.apps.auctions.model.lots import Description
from arena.apps.auctions.model.terms import Terms
from arena.apps.auctions.store.live import Placed
from arena.apps.auctions.store.tables import BidTable
from arena.base.clock import now_ms
from arena.base.db import Database
from backbeat import Backbeat
from packages.arena.tests.apps.auctions.desks import open_desk
from packages.backbeat.tests.support.fault_report import size

CLIENTS: Final = 64
PROCESSES: Final = 4
PATIENCE_S: Final = size(ci=90, long=600)


def bidding_desk(url: str, database: Database) -> Desk:
    """A desk that only takes bids: its jobs are done elsewhere."""
    return open_desk(Backbeat(url), database)


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
    desks: Sequence[Desk], auction_ids: Sequence[str], count: int, seed: int, *, lowest: int = 10_00
) -> list[Sent]:
    """64 people place so many bids together, each some of them twice.

    Offers rise by 1.00 a bid and scatter by 50.00, so that about as many count as do not.
    """
    rng = random.Random(seed)
    offers = (lowest + 1_00 * number + rng.randrange(50_00) for number in range(count))
    left = iter([(rng.choice(auction_ids), offer) for offer in offers])
    sent: list[Sent] = []

    async def bid(number: int) -> None:
        desk = desks[number % len(desks)]
        for auction_id, offer in left:
            bid = Bid(str(uuid4()), f"bidder-{number}", offer)
            placed = await place_bid(desk, auction_id, bid)
            if offer % 10 == 0:
                again = (await place_bid(desk, auction_id, bid)).answer
                # What the price rules did not say is said as of now.
                remembered = placed.answer.code in REMEMBERED
                assert again == placed.answer if remembered else not again.accepted
            sent.append(Sent(auction_id, bid, placed))

    async with asyncio.TaskGroup() as tasks:
        for number in range(CLIENTS):
            tasks.create_task(bid(number))
    return sent


def address_of(database: Database) -> str:
    """The address of a database, for another process."""
    address = database.engine.url.set(drivername="postgresql")
    return address.render_as_string(hide_password=False)


class Workers:
    """Worker processes; the oldest is killed first, and others take over what it had."""

    def __init__(self, url: str, database: Database) -> None:
        """Start none yet."""
        self._url = url
        self._postgres = address_of(database)
        self._processes: deque[subprocess.Popen[str]] = deque()
        self.kills = 0

    async def start(self, *options: str) -> None:
        """Start one and wait until it works; for its options see `worker_process`."""
        module = "packages.arena.tests.apps.auctions.faults.worker_process"
        command = [sys.executable, "-m", module, self._url, self._postgres, *options]
        self._processes.append(await asyncio.to_thread(_started, command))

    async def kill(self) -> None:
        """Kill the oldest, if there is one."""
        if self._processes:
            process = self._processes.popleft()
            process.kill()
            await asyncio.to_thread(process.communicate)
            self.kills += 1

    async def ended(self) -> int:
        """Wait until the oldest has ended by itself; its exit code."""
        process = self._processes.popleft()
        await asyncio.to_thread(process.communicate)
        return process.returncode

    async def kill_all(self) -> None:
        """Leave none."""
        while self._processes:
            await self.kill()


@asynccontextmanager
async def workers(url: str, database: Database) -> AsyncIterator[Workers]:
    """Workers, of which none is left afterwards."""
    crew = Workers(url, database)
    try:
        yield crew
    finally:
        await crew.kill_all()


async def comes(moment_ms: int) -> None:
    """Wait for a moment of the wall clock."""
    await asyncio.sleep(max(0, moment_ms - now_ms()) / 1_000)


async def kept_bids(database: Database) -> Counter[str]:
    """The ids of all bids that PostgreSQL has, each as often as it has it."""
    async with database.reading() as session:
        return Counter(await session.scalars(select(BidTable.id)))


async def becomes(database: Database, count: str, wanted: int) -> None:
    """Wait until a query counts so many; PostgreSQL tells no one.

    Raises:
        TimeoutError: It has not after 90 s, of a long run ten minutes.
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
