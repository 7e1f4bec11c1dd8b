"""A small house without users of its own: people are known by the token that is their name."""

from collections.abc import AsyncIterator, Iterator

import pytest

from backbeat import Backbeat
from packages.arena.tests.base.http.shop import Shop, open_shop
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import private_valkey


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[PrivateServer]:
    """Valkey from the wheel, for the whole run."""
    with private_valkey() as server:
        yield server


@pytest.fixture
async def jobs(valkey_server: PrivateServer) -> AsyncIterator[Backbeat]:
    """An application on an empty server."""
    valkey_server.client.flushall()
    async with Backbeat(valkey_server.url) as app:
        yield app


@pytest.fixture
async def shop(jobs: Backbeat) -> AsyncIterator[Shop]:
    """A house with a few routes and without rate limits."""
    async with open_shop(jobs) as shop:
        yield shop
