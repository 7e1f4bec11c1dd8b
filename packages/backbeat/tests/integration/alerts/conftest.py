"""A channel, and an application on an empty server."""

from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat
from packages.backbeat.tests.support.mailbox import Mailbox
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
async def app(valkey: PrivateServer) -> AsyncIterator[Backbeat]:
    """An application without queues."""
    declared = Backbeat(valkey.url)
    yield declared
    await declared.close()


@pytest.fixture
def box() -> Mailbox:
    """A channel of alerts."""
    return Mailbox()
