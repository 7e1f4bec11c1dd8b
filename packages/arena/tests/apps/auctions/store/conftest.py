"""Stores for live auctions: the servers that run their scripts."""

from collections.abc import Iterator

import pytest

from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import private_redis


@pytest.fixture(scope="session")
def redis7_server() -> Iterator[PrivateServer]:
    """The redis-server on PATH, for the whole run; only for tests marked `needs_redis7`."""
    with private_redis() as server:
        yield server


@pytest.fixture(
    scope="session",
    params=["valkey", pytest.param("redis7", marks=pytest.mark.needs_redis7)],
)
def url(request: pytest.FixtureRequest) -> str:
    """Address of each server in turn."""
    server = request.getfixturevalue(f"{request.param}_server")
    assert isinstance(server, PrivateServer)
    return server.url
