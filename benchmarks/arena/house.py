"""A house to be measured: its stores, its server as a process of its own, and its people."""

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import uuid4

import msgspec
import psutil
from pydantic import SecretStr

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.notices import KINDS
from arena.apps.auctions.actions.publishing import draft, publish
from arena.apps.auctions.model.increments import Increments
from arena.apps.auctions.model.lots import Description
from arena.apps.auctions.model.soft_close import SoftClose
from arena.apps.auctions.model.terms import Terms
from arena.base.clock import now_ms
from arena.base.db import Database
from arena.base.db.opening import connect
from arena.base.migrations import migrate
from arena.base.sessions.opening import open_sessions
from arena.base.settings import ArenaSettings
from arena.services.ledger import Ledger
from arena.services.notifications import Notifications
from arena.services.notifications.opening import CHANNELS
from backbeat import Backbeat
from backbeat.cli.bench.server import BenchServer
from benchmarks.arena.postgres import private_postgres

T = TypeVar("T", bound=msgspec.Struct)

DAY_MS: Final = 86_400_000
AT_ONCE: Final = 50


@dataclass(frozen=True)
class MeasuredHouse:
    """A house that serves.

    Attributes:
        at: Its address.
        desk: The same stores from here, to sell with.
        tokens: Of bidders.
        process: The server.
    """

    at: str
    desk: Desk
    tokens: list[str]
    process: psutil.Process

    def cpu_s(self) -> float:
        """Seconds of processor that the server has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    async def sell(self, count: int) -> list[str]:
        """Publish so many auctions that last a day, at 0.01 a step and any number of bids."""
        terms = Terms(
            seller=str(uuid4()),
            start_at_ms=now_ms(),
            end_at_ms=now_ms() + DAY_MS,
            starting_price=1,
            increments=Increments.of("fixed:1"),
            soft_close=SoftClose(mode="none"),
            pace_ms=0,
        )
        ids = [str(uuid4()) for _ in range(count)]

        async def one(auction_id: str) -> None:
            await draft(self.desk, auction_id, Description(title="A watch"), terms)
            await publish(self.desk, auction_id)

        for first in range(0, count, AT_ONCE):
            await asyncio.gather(*map(one, ids[first : first + AT_ONCE]))
        return ids


@asynccontextmanager
async def measured_house(server: BenchServer, bidders: int) -> AsyncIterator[MeasuredHouse]:
    """A house on a server of jobs and an embedded PostgreSQL with fsync on, and without a worker.

    Args:
        server: Of the jobs.
        bidders: How many people have signed up.
    """
    async with private_postgres() as address:
        database = connect(address)
        await migrate(database)
        secret = secrets.token_urlsafe(48)
        surroundings = {"BACKBEAT_URL": server.url, "DATABASE_URL": address, "JWT_SECRET": secret}
        tokens = await _sign_up(database, ArenaSettings(jwt_secret=SecretStr(secret)), bidders)
        async with Backbeat(server.url) as app:
            with _serving(surroundings) as (process, port):
                at = f"http://127.0.0.1:{port}"
                told = Notifications(app, database, KINDS, unset=CHANNELS)
                desk = Desk.at(app, database, Ledger(database), told)
                yield MeasuredHouse(at, desk, tokens, process)
        await database.close()


async def run_process(module: str, plan: msgspec.Struct, outcome: type[T]) -> T:
    """Run a client as a process of its own; what it says at its end.

    Raises:
        RuntimeError: It failed, or did not say all of it.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    said, _ = await process.communicate(msgspec.json.encode(plan))
    if process.returncode:
        raise RuntimeError(f"{module} ended with {process.returncode}")
    try:
        return msgspec.json.decode(said, type=outcome)
    except msgspec.DecodeError as error:
        raise RuntimeError(f"{module} said {len(said):,} bytes that are cut: {error}") from error


async def _sign_up(database: Database, settings: ArenaSettings, count: int) -> list[str]:
    accounts = open_sessions(settings, database).accounts
    people = [
        accounts.sign_up(f"bidder{number}@example.com", f"bidder_{number}", "correct horse")
        for number in range(count)
    ]
    return [each.issued.token for each in await asyncio.gather(*people)]


@contextmanager
def _serving(surroundings: dict[str, str]) -> Iterator[tuple[psutil.Process, int]]:
    command = [sys.executable, "-m", "benchmarks.arena.server_process"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | surroundings,
    ) as process:
        assert process.stdout is not None
        try:
            yield psutil.Process(process.pid), int(process.stdout.readline())
        finally:
            process.terminate()
