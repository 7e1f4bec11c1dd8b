"""A house that auctions: a real server, a real database, its own workers."""

from collections.abc import AsyncIterator, Iterator

import pytest

from arena.base.db import Database
from packages.arena.tests.apps.auctions.house import AuctionHouse
from packages.arena.tests.support.databases import Databases, private_databases
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
async def house(valkey: PrivateServer, database: Database) -> AsyncIterator[AuctionHouse]:
    """An auction house with no auction, whose workers run when it is told to."""
    async with AuctionHouse.open(valkey.url, database) as house:
        yield house


@pytest.fixture
def own_databases() -> Iterator[Databases]:
    """A PostgreSQL that this test alone uses, and stops."""
    with private_databases() as databases:
        yield databases
