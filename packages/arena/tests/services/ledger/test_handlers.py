"""A worker keeps the ledger sealed and its holds in time, by schedules on the queue of jobs."""

import asyncio

from typing_extensions import override

from arena.base.db import Database
from arena.services.ledger import HoldRequest, Ledger
from arena.services.ledger.handlers import declare
from backbeat import Backbeat, Worker
from packages.arena.tests.support.money import SetClock, deposit, usd, wallet
from packages.backbeat.tests.support.private_server import PrivateServer

PATIENCE_S = 60.0


class Watched(Ledger):
    """A ledger that tells when its jobs did something."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        super().__init__(database, clock=clock)
        self.sealed, self.expired = asyncio.Event(), asyncio.Event()

    @override
    async def seal(self) -> int:
        if count := await super().seal():
            self.sealed.set()
        return count

    @override
    async def expire_holds(self) -> int:
        if count := await super().expire_holds():
            self.expired.set()
        return count


async def test_a_worker_seals_and_ends_holds(
    database: Database, clock: SetClock, valkey: PrivateServer
) -> None:
    ledger = Watched(database, clock)
    app = Backbeat(url=valkey.url)
    declare(app, ledger)
    async with Worker(app), asyncio.timeout(PATIENCE_S):
        await ledger.post(deposit("d1", "ada", 500))
        await ledger.hold(HoldRequest("h1", wallet("ada"), usd(500), expires_ms=clock.now + 10))
        clock.now += 10
        await ledger.sealed.wait()
        await ledger.expired.wait()
    await app.close()

    assert (await ledger.verify()).sealed == 1
    assert (await ledger.balance(wallet("ada"))).held == usd(0)
