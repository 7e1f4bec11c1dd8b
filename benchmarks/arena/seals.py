"""How far the ledger's seals are behind while journals are posted at a steady rate."""

import asyncio
import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
from sqlalchemy import text

from arena.base.clock import now_ms
from arena.base.db import Database
from arena.base.db.opening import connect
from arena.base.migrations import migrate
from arena.base.money import USD, Money
from arena.services.ledger import OUTSIDE, WALLET, Journal, Ledger, credit, debit
from benchmarks.arena.postgres import private_postgres
from benchmarks.arena.progress import Step

TURN_S: Final = 0.02
LOOK_S: Final = 0.1
_OLDEST: Final = text(
    "SELECT min(j.created_ms) FROM ledger_unsealed u JOIN ledger_journals j ON j.id = u.journal_id"
)


class SealFigures(msgspec.Struct):
    """How far behind seals are: the age of the oldest journal that none covers.

    Attributes:
        postings_per_second: How many were posted.
        lag_p50_s: In the middle of all looks, ten a second.
        lag_p99_s: The hundredth largest.
        lag_max_s: The largest.
        all_sealed_after_s: Until none was left, after the last was posted.
    """

    postings_per_second: float
    lag_p50_s: float
    lag_p99_s: float
    lag_max_s: float
    all_sealed_after_s: float


async def measure_seals(url: str, *, per_second: int, seconds: float, step: Step) -> SealFigures:
    """Post at a rate, with a worker process that seals.

    Args:
        url: Server of the jobs.
        per_second: Postings; a journal has two.
        seconds: For how long.
        step: Told what is done.
    """
    step(f"{per_second:,} postings a second under seals")
    async with private_postgres() as address:
        database = connect(address)
        await migrate(database)
        with _sealer(url, address):
            figures = await _measure(database, per_second, seconds)
        await database.close()
        return figures


async def _measure(database: Database, per_second: int, seconds: float) -> SealFigures:
    ledger, begun = Ledger(database), time.monotonic()
    lags: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        posting = tasks.create_task(_post(ledger, per_second, begun, seconds))
        while not posting.done():
            lags.append(await _lag(database))
            await asyncio.sleep(LOOK_S)
    posted, over = posting.result(), time.monotonic()
    # PostgreSQL tells no one.
    while await _lag(database):  # noqa: ASYNC110
        await asyncio.sleep(LOOK_S)
    ordered = sorted(lags)
    return SealFigures(
        postings_per_second=posted / (over - begun),
        lag_p50_s=ordered[len(ordered) // 2],
        lag_p99_s=ordered[int(0.99 * len(ordered))],
        lag_max_s=ordered[-1],
        all_sealed_after_s=time.monotonic() - over,
    )


async def _post(ledger: Ledger, per_second: int, begun: float, seconds: float) -> int:
    """Post what is due, turn after turn; how many postings it were."""
    bank, one, numbers = OUTSIDE.of("bank", USD), Money(1, USD), itertools.count()
    posted = 0
    while (now := time.monotonic()) < begun + seconds:
        due = (int(per_second * (now - begun)) - posted) // 2
        journals = (
            Journal(
                f"seal-{number}", "deposit",
                (debit(bank, one), credit(WALLET.of(f"user:{number % 1_000}", USD), one)),
            )
            for number in itertools.islice(numbers, due)
        )  # fmt: skip
        await asyncio.gather(*map(ledger.post, journals))
        posted += 2 * due
        await asyncio.sleep(TURN_S)
    return posted


async def _lag(database: Database) -> float:
    async with database.reading() as session:
        oldest = await session.scalar(_OLDEST)
    return 0.0 if oldest is None else max(0.0, (now_ms() - oldest) / 1_000)


@contextmanager
def _sealer(url: str, address: str) -> Iterator[None]:
    """A worker process of the ledger alone."""
    command = [sys.executable, "-m", "benchmarks.arena.sealing_process", url, address]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()
