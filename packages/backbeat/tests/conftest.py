"""Servers for every test: one of each kind for a run, emptied for each test that asks."""

from collections.abc import Iterator

import pytest

from packages.backbeat.tests.support.cluster import Cluster, private_cluster
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.sentinels import Watched, private_sentinels
from packages.backbeat.tests.support.servers import (
    Store,
    fake_store,
    private_redis,
    private_valkey,
)

REDIS7 = pytest.param("redis7", marks=pytest.mark.needs_redis7)


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[PrivateServer]:
    """Valkey from the wheel, for the whole run."""
    with private_valkey() as server:
        yield server


@pytest.fixture(scope="session")
def redis7_server() -> Iterator[PrivateServer]:
    """The redis-server on PATH, for the whole run; only for tests marked `needs_redis7`."""
    with private_redis() as server:
        yield server


@pytest.fixture(scope="session")
def cluster_servers() -> Iterator[Cluster]:
    """Three primaries with a replica each, for the whole run."""
    with private_cluster() as cluster:
        yield cluster


@pytest.fixture
def cluster(cluster_servers: Cluster) -> Iterator[Cluster]:
    """A cluster, empty; healed afterwards."""
    cluster_servers.empty()
    yield cluster_servers
    cluster_servers.heal()


@pytest.fixture(scope="session")
def watched_servers() -> Iterator[Watched]:
    """A primary, its replica and three Sentinels, for the whole run."""
    with private_sentinels() as watched:
        yield watched


@pytest.fixture
def watched(watched_servers: Watched) -> Iterator[Watched]:
    """A primary that Sentinels watch, empty; healed afterwards."""
    watched_servers.primary.client.flushall()
    yield watched_servers
    watched_servers.heal()


@pytest.fixture
def valkey(valkey_server: PrivateServer) -> PrivateServer:
    """Valkey, empty."""
    return _emptied(valkey_server)


@pytest.fixture
def redis7(redis7_server: PrivateServer) -> PrivateServer:
    """Redis 7, empty; only for tests marked `needs_redis7`."""
    return _emptied(redis7_server)


@pytest.fixture(params=["valkey", REDIS7])
def any_server(request: pytest.FixtureRequest) -> PrivateServer:
    """Each real server in turn, empty."""
    server = request.getfixturevalue(request.param)
    assert isinstance(server, PrivateServer)
    return server


@pytest.fixture(params=["valkey", REDIS7, "fakeredis"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each thing that runs our scripts in turn, empty: the real servers and fakeredis."""
    if request.param == "fakeredis":
        return fake_store()
    server = request.getfixturevalue(request.param)
    assert isinstance(server, PrivateServer)
    return Store(request.param, server.client)


def _emptied(server: PrivateServer) -> PrivateServer:
    server.client.flushall()
    server.client.config_set("maxmemory", 0)
    return server
