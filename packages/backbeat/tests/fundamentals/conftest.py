"""What each page of this tutorial begins with: an application that knows its server."""

from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
async def app(valkey: PrivateServer) -> AsyncIterator[Backbeat]:
    """An application. Without an address, `Backbeat()` starts a server of its own."""
    async with Backbeat(valkey.url) as connected:
        yield connected
