"""A small house without users of its own: people are known by the token that is their name."""

from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat
from packages.arena.tests.base.http.shop import Shop, open_shop
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
async def jobs(valkey: PrivateServer) -> AsyncIterator[Backbeat]:
    """An application on an empty server."""
    async with Backbeat(valkey.url) as app:
        yield app


@pytest.fixture
async def shop(jobs: Backbeat) -> AsyncIterator[Shop]:
    """A house with a few routes and without rate limits."""
    async with open_shop(jobs) as shop:
        yield shop
