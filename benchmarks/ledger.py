"""Postings a second through the ledger, beside plain SQL of the same shape, with fsync on.

Both move 1 unit between two of 1,000 wallets: one journal with a key, two postings, two balances
that may not fall below zero. `python -m benchmarks.ledger` prints a table; `--write` renders
`docs/reference/benchmarks-ledger.md` from what was measured.
"""

import argparse
import asyncio
import itertools
import os
import platform
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg

from arena.base.db.opening import connect
from arena.base.migrations import migrate
from arena.base.money import USD, Money
from arena.base.postgres import EmbeddedPostgres
from arena.services.ledger import OUTSIDE, WALLET, Journal, Ledger, credit, debit

WALLETS: Final = 1_000
CLIENTS: Final = (1, 64, 256)
POOL: Final = 10
ROWS: Final = 2
PAGE: Final = Path(__file__).parent.parent / "docs/reference/benchmarks-ledger.md"

Post = Callable[[str, int, int], Awaitable[object]]


@dataclass(frozen=True)
class Figure:
    """What was measured.

    Attributes:
        who: The ledger, or plain SQL.
        clients: How many waited for an answer at once.
        rows_per_s: Postings a second.
        p50_ms: Half of the journals were answered within it.
        p99_ms: All but one of a hundred were.
    """

    who: str
    clients: int
    rows_per_s: float
    p50_ms: float
    p99_ms: float


async def main() -> None:
    """Measure both, and print or write what came out."""
    options = _options()
    folder = tempfile.mkdtemp(prefix="ar-")
    server = EmbeddedPostgres(folder)
    try:
        figures = await _measure_all(await asyncio.to_thread(server.ensure), options.seconds)
    finally:
        await asyncio.to_thread(server.close)
        await asyncio.to_thread(shutil.rmtree, folder)
    page = _render(figures, options.seconds)
    if options.write:
        PAGE.write_text(page)
    print(page)


async def _measure_all(address: str, seconds: float) -> list[Figure]:
    database = connect(address, pool=POOL)
    await migrate(database)
    ledger = Ledger(database)
    await _fill(ledger)
    pool = await asyncpg.create_pool(address, min_size=POOL, max_size=POOL)
    wallets = [row["id"] for row in await pool.fetch(_WALLETS)]
    figures = []
    for clients in CLIENTS:
        figures.append(await _measure("ledger", clients, seconds, _through(ledger)))
        figures.append(await _measure("plain SQL", clients, seconds, _plainly(pool, wallets)))
    report = await ledger.verify()
    assert not [each for each in report.broken if each.code != "M11"], report.broken
    await pool.close()
    await database.close()
    return figures


async def _fill(ledger: Ledger) -> None:
    """Give every wallet money to move."""
    amount = Money(1_000_000, USD)
    wallets = [credit(WALLET.of(f"user:{n}", USD), amount) for n in range(WALLETS)]
    whole = Money(amount.amount * WALLETS, USD)
    await ledger.post(Journal("fill", "deposit", (debit(OUTSIDE.of("bank", USD), whole), *wallets)))


def _through(ledger: Ledger) -> Post:
    one = Money(1, USD)

    async def post(key: str, source: int, target: int) -> object:
        entries = (
            debit(WALLET.of(f"user:{source}", USD), one),
            credit(WALLET.of(f"user:{target}", USD), one),
        )
        return await ledger.post(Journal(key, "transfer", entries))

    return post


_WALLETS: Final = "SELECT id FROM ledger_accounts WHERE kind = 'wallet' ORDER BY id"
_JOURNAL: Final = """
    INSERT INTO ledger_journals (key, type, ref, content, created_ms)
    VALUES ($1, 'plain', '', $2, 0) ON CONFLICT (key) DO NOTHING RETURNING id
"""
_MOVE: Final = """
    UPDATE ledger_accounts SET balance = balance + $2, postings = postings + 1
    WHERE id = $1 AND balance + $2 >= 0 RETURNING postings, balance
"""
_POSTING: Final = """
    INSERT INTO ledger_postings (account_id, number, journal_id, amount, running)
    VALUES ($1, $2, $3, $4, $5)
"""


def _plainly(pool: "asyncpg.Pool[asyncpg.Record]", wallets: list[int]) -> Post:
    """One transaction a journal, each statement by hand, accounts in the order of their ids."""

    async def post(key: str, source: int, target: int) -> object:
        moves = sorted([(wallets[source], -1), (wallets[target], 1)])
        async with pool.acquire() as connection, connection.transaction():
            journal = await connection.fetchval(_JOURNAL, key, bytes(32))
            for account, amount in moves:
                moved = await connection.fetchrow(_MOVE, account, amount)
                assert moved is not None, "a wallet has run out"
                number, running = moved
                await connection.execute(_POSTING, account, number, journal, amount, running)
        return journal

    return post


async def _measure(who: str, clients: int, seconds: float, post: Post) -> Figure:
    dice, numbers, times = random.Random(clients), itertools.count(), list[float]()
    end = time.perf_counter() + seconds

    async def client() -> None:
        while (began := time.perf_counter()) < end:
            source, target = dice.sample(range(WALLETS), 2)
            await post(f"{who}-{clients}-{next(numbers)}", source, target)
            times.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    took = time.perf_counter() - began
    cuts = statistics.quantiles(times, n=100)
    return Figure(who, clients, len(times) * ROWS / took, cuts[49] * 1000, cuts[98] * 1000)


def _render(figures: list[Figure], seconds: float) -> str:
    rows = "\n".join(
        f"| {each.who} | {each.clients} | {each.rows_per_s:,.0f} | {each.p50_ms:.1f} |"
        f" {each.p99_ms:.1f} |"
        for each in figures
    )
    load = os.getloadavg()[0]
    return f"""# Benchmark of the ledger

Postings a second with `fsync` on, through `Ledger.post` and through plain SQL of the same shape: a
transaction a journal, each statement by hand. A journal is two postings, between two of
{WALLETS:,} wallets. Each row is {seconds:g} s; times are those of a journal, from the call to the
answer.

| through | clients | postings/s | p50 ms | p99 ms |
|---|--:|--:|--:|--:|
{rows}

One client waits for the disk each time. Many share the wait in the ledger, where journals that come
at the same time are one transaction; in plain SQL they share {POOL} connections.

Measured on {datetime.now(UTC):%Y-%m-%d} by `python -m benchmarks.ledger --write`:
{os.cpu_count()} cores, {platform.system()} {platform.machine()}, load average {load:.0f}, Python
{platform.python_version()}, the embedded PostgreSQL; clients and server on the same cores.
"""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each row")
    parser.add_argument("--write", action="store_true", help="write the page")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
