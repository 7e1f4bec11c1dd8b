"""Servers for every test of the product: one of each for a run, fresh for each test that asks."""

from collections.abc import AsyncIterator, Iterator

import pytest

from arena.base.db import Database
from packages.arena.tests.support.databases import Databases, private_databases
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import private_valkey


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The embedded PostgreSQL with a migrated template, for the whole run of this worker."""
    with private_databases() as databases:
        yield databases


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[Database]:
    """A database with all tables and no rows, which the next test uses again."""
    async with databases.emptied() as database:
        yield database


@pytest.fixture
async def fresh_database(databases: Databases) -> AsyncIterator[Database]:
    """The same of the test's own, for one that changes tables or breaks what is in them."""
    async with databases.fresh() as database:
        yield database


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[PrivateServer]:
    """Valkey from the wheel, for the whole run."""
    with private_valkey() as server:
        yield server


@pytest.fixture
def valkey(valkey_server: PrivateServer) -> PrivateServer:
    """Valkey, empty."""
    valkey_server.client.flushall()
    return valkey_server
