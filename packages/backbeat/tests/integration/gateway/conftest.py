"""A shop on an empty Valkey, and its gateway."""

from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat
from packages.backbeat.tests.support.desk import Desk, at_desk, declare_shop
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
async def shop(valkey: PrivateServer) -> AsyncIterator[Backbeat]:
    """The application, with its queues and its schedule on the server."""
    app = declare_shop(valkey.url)
    for queue in app.queues.values():
        await queue.configure()
    await app.schedules.sync()
    yield app
    await app.close()


@pytest.fixture
async def desk(shop: Backbeat) -> AsyncIterator[Desk]:
    """A gateway without rate limits."""
    async with at_desk(shop) as desk:
        yield desk
