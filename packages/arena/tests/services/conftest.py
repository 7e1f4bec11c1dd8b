"""Redis 7 beside Valkey for the services, and an application on each."""

from collections.abc import AsyncIterator, Iterator

import pytest

from backbeat import Backbeat
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import private_redis

REDIS7 = pytest.param("redis7_server", marks=pytest.mark.needs_redis7)


@pytest.fixture(scope="session")
def redis7_server() -> Iterator[PrivateServer]:
    """The redis-server on PATH, for the whole run; only for tests marked `needs_redis7`."""
    with private_redis() as server:
        yield server


@pytest.fixture(params=["valkey", REDIS7])
def any_server(request: pytest.FixtureRequest) -> PrivateServer:
    """Each real server in turn, empty."""
    server = request.getfixturevalue(request.param)
    assert isinstance(server, PrivateServer)
    server.client.flushall()
    return server


@pytest.fixture
async def app(any_server: PrivateServer) -> AsyncIterator[Backbeat]:
    """An application on each server in turn."""
    declared = Backbeat(url=any_server.url)
    yield declared
    await declared.close()
