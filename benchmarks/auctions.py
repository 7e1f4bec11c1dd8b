"""Bids a second: the script, on one auction and on a thousand, beside SELECT ... FOR UPDATE.

    python -m benchmarks.auctions [--bids N] [--auctions N]

Bids of 64 bidders, each waiting for its answer, over two connections as of two serving processes:
over a single one all bidders of a moment travel together, so the server and the client take turns.
The rate for bidders is off, and no bid is too low, so that every call does all of its work. No
relay and no workers: they take what the machine has left. `server us` is what the server itself
counted for a script: a million by that is its ceiling.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from statistics import quantiles
from typing import Final
from uuid import uuid4
from zlib import crc32

import uvloop
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from arena.apps.auctions.model.auction import Auction
from arena.apps.auctions.model.bids import Bid
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.terms import Terms
from arena.apps.auctions.store.live import LiveStore, Placed
from arena.base.clock import now_ms
from arena.base.db import Database
from arena.base.db.opening import connect
from arena.base.postgres import EmbeddedPostgres, address_of
from backbeat import Backbeat
from backbeat.cli.bench.exclusive import alone
from backbeat.cli.bench.foreign import ForeignLoad
from backbeat.cli.bench.server import private_server
from backbeat.server.binary import find_binary

BIDDERS: Final = 64
CONNECTIONS: Final = 2
DAY_MS: Final = 86_400_000
# The same rule in plain SQL: a higher maximum leads at one step above the other, once for each id.
PLAIN_TABLES: Final = (
    "CREATE TABLE plain_auctions (id text PRIMARY KEY, price bigint NOT NULL, leader text,"
    " most bigint NOT NULL, seq bigint NOT NULL)",
    "CREATE TABLE plain_bids (auction text, id text, seq bigint, bidder text, offer bigint,"
    " price bigint, PRIMARY KEY (auction, id))",
)

Place = Callable[[str, Bid], Awaitable[object]]


@dataclass(frozen=True)
class Figures:
    """What bids of one kind took.

    Attributes:
        name: Of the kind.
        per_second: Bids answered in a second.
        p50_ms: Time to an answer, as the bidder sees it.
        p99_ms: The same of the slowest hundredth.
        server_us: Mean time of the script on the server; None where there is none.
    """

    name: str
    per_second: float
    p50_ms: float
    p99_ms: float
    server_us: float | None = None


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bids", type=int, default=50_000)
    parser.add_argument("--auctions", type=int, default=1_000)
    arguments = parser.parse_args()
    console, binary = Console(), find_binary()
    with alone(console.print), private_server(binary) as server, ForeignLoad(server.probe) as load:
        found = uvloop.run(measure_script(server.url, arguments.bids, arguments.auctions))
    found += measure_plain(arguments.bids // 10, arguments.auctions)
    table = Table("bids", "bids/s", "p50 ms", "p99 ms", "server us")
    for each in found:
        table.add_row(
            each.name,
            f"{each.per_second:,.0f}",
            f"{each.p50_ms:.2f}",
            f"{each.p99_ms:.2f}",
            "" if each.server_us is None else f"{each.server_us:.0f}",
        )
    console.print(table)
    if load.cores is not None:
        console.print(f"other programs took {load.cores:.1f} cores while the scripts ran")


async def measure_script(url: str, bids: int, auctions: int) -> list[Figures]:
    """Bids through the script, on one auction and on many."""
    async with AsyncExitStack() as stack, Redis.from_url(url) as server:
        stores = [
            LiveStore(await stack.enter_async_context(Backbeat(url))) for _ in range(CONNECTIONS)
        ]

        async def place(auction_id: str, bid: Bid) -> Placed:
            store = stores[crc32(bid.bidder.encode()) % CONNECTIONS]
            return await store.place(auction_id, bid)

        found = []
        for count in (1, auctions):
            ids = [str(uuid4()) for _ in range(count)]
            for auction_id in ids:
                await stores[0].open(auction_id, Auction.on(_terms()))
            name = f"script, {count:,} auction{'s' if count > 1 else ''}"
            await server.config_resetstat()
            figures = await _crowd(name, place, ids, bids)
            stats = (await server.info("commandstats"))["cmdstat_evalsha"]
            found.append(replace(figures, server_us=float(stats["usec_per_call"])))
        return found


def measure_plain(bids: int, auctions: int) -> list[Figures]:
    """The same rule in plain SQL, on an embedded PostgreSQL with fsync on."""
    folder = tempfile.mkdtemp(prefix="ar-")
    server = EmbeddedPostgres(folder)
    try:
        server.ensure()
        address = address_of(server.folder / "socket", "postgres")
        return uvloop.run(_plain(connect(address, pool=BIDDERS), bids, auctions))
    finally:
        server.close()
        shutil.rmtree(folder)


async def _plain(database: Database, bids: int, auctions: int) -> list[Figures]:
    async def place(auction_id: str, bid: Bid) -> None:
        async with database.transaction() as session:
            select = "SELECT price, leader, most, seq FROM plain_auctions WHERE id = :id FOR UPDATE"
            row = (await session.execute(text(select), {"id": auction_id})).one()
            price = min(bid.max_amount, row.most + 1) if row.leader else 1
            change = {"id": auction_id, "bid": bid.id, "bidder": bid.bidder,
                      "offer": bid.max_amount, "price": price, "seq": row.seq + 1}  # fmt: skip
            await session.execute(
                text(
                    "INSERT INTO plain_bids VALUES (:id, :bid, :seq, :bidder, :offer, :price)"
                    " ON CONFLICT DO NOTHING"
                ),
                change,
            )
            await session.execute(
                text(
                    "UPDATE plain_auctions SET price = :price, leader = :bidder, most = :offer,"
                    " seq = :seq WHERE id = :id"
                ),
                change,
            )

    async with database.transaction() as session:
        for table in PLAIN_TABLES:
            await session.execute(text(table))
    found = []
    for count in (1, auctions):
        ids = [str(uuid4()) for _ in range(count)]
        async with database.transaction() as session:
            add = text("INSERT INTO plain_auctions VALUES (:id, 0, NULL, 0, 0)")
            await session.execute(add, [{"id": each} for each in ids])
        name = f"FOR UPDATE, {count:,} auction{'s' if count > 1 else ''}"
        found.append(await _crowd(name, place, ids, bids))
    await database.close()
    return found


async def _crowd(name: str, place: Place, ids: Sequence[str], bids: int) -> Figures:
    """64 bidders, each one bid after the other, each bid higher than all before it."""
    seconds: list[float] = []
    offers = iter(range(1, bids + 1))

    async def bid(number: int) -> None:
        for offer in offers:
            begun = time.perf_counter()
            await place(ids[offer % len(ids)], Bid(str(uuid4()), f"bidder-{number}", offer))
            seconds.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(BIDDERS):
            tasks.create_task(bid(number))
    taken = time.perf_counter() - begun
    cuts = [1_000 * cut for cut in quantiles(seconds, n=100)]
    return Figures(name, bids / taken, cuts[49], cuts[98])


def _terms() -> Terms:
    return Terms(
        seller="seller",
        start_at_ms=now_ms() - 1_000,
        end_at_ms=now_ms() + DAY_MS,
        starting_price=1,
        increments=Increments.of("fixed:1"),
        pace_ms=0,
    )


if __name__ == "__main__":
    main()
