"""A real server for all worker tests, and for each an application with keys of its own."""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from backbeat import Backbeat
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import private_valkey


@pytest.fixture(scope="session")
def server() -> Iterator[PrivateServer]:
    """The server of the wheel."""
    with private_valkey() as running:
        yield running


@pytest.fixture
def namespace() -> str:
    """A prefix of keys that no other test has."""
    return f"t{secrets.token_hex(6)}"


@pytest.fixture
async def app(server: PrivateServer, namespace: str) -> AsyncIterator[Backbeat]:
    """An application without queues."""
    declared = Backbeat(server.url, namespace=namespace)
    yield declared
    await declared.close()
    declared.sync.close()
