"""A real server for all worker tests, and for each an application with keys of its own."""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backbeat import Backbeat
from backbeat.app.connections import Connections, ServerConnector
from backbeat.config import Settings
from packages.backbeat.tests.integration.worker.supervised import Supervised
from packages.backbeat.tests.support import shop
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


@pytest.fixture
def supervised(server: PrivateServer, namespace: str, tmp_path: Path) -> Iterator[Supervised]:
    """A supervisor that is not started yet; it is ended with the test."""
    with Supervised(server, namespace, tmp_path) as supervisor:
        yield supervisor


@pytest.fixture
async def outside(
    server: PrivateServer, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Backbeat]:
    """The supervised application, from outside."""
    settings = Settings(url=server.url, namespace=namespace)
    monkeypatch.setattr(shop.app, "connections", Connections(lambda: ServerConnector(settings)))
    yield shop.app
    await shop.app.close()
