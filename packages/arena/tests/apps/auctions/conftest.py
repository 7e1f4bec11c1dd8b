"""A house that auctions: a real server, a real database, its own workers."""

from collections.abc import AsyncIterator

import pytest

from arena.base.db import Database
from packages.arena.tests.apps.auctions.house import AuctionHouse
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
async def house(valkey: PrivateServer, database: Database) -> AsyncIterator[AuctionHouse]:
    """An auction house with no auction, whose workers run when it is told to."""
    async with AuctionHouse.open(valkey.url, database) as house:
        yield house
