"""Databases for tests: one PostgreSQL for a run, each test with a copy of a migrated template."""

import asyncio
import itertools
import os
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import asyncpg

from arena.base.db import Database
from arena.base.db.opening import connect
from arena.base.migrations import migrate
from arena.base.postgres import SYSTEM_DATABASE, EmbeddedPostgres, address_of

_PATIENCE_S: Final = 20.0
_TEMPLATE: Final = "template_arena"
# All but the number of the migration; past the triggers that keep tables from it.
_EMPTY: Final = """
DO $$ BEGIN
    SET LOCAL session_replication_role = replica;
    EXECUTE (
        SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY'
        FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version');
END $$
"""
_numbers = itertools.count(1)


class Databases:
    """Makes databases on a server whose template is migrated."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server
        self.sockets = server.folder / "socket"
        asyncio.run(self._make_template())
        self._shared: str | None = None

    @asynccontextmanager
    async def emptied(self) -> AsyncIterator[Database]:
        """The database that tests share, with all tables and no rows."""
        if self._shared is None:
            self._shared = await self.named()
        await self._execute(_EMPTY, database=self._shared)
        database = connect(self.address(self._shared))
        try:
            yield database
        finally:
            await database.close()

    @asynccontextmanager
    async def fresh(self, *, pool: int = 10) -> AsyncIterator[Database]:
        """A database with all tables and no rows."""
        database = connect(self.address(await self.named()), pool=pool)
        try:
            yield database
        finally:
            await database.close()

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[Database]:
        """A database without any table."""
        database = connect(self.address(await self.named(template="template0")))
        try:
            yield database
        finally:
            await database.close()

    async def named(self, *, template: str = _TEMPLATE) -> str:
        """The name of a new database. It goes with the server: to drop one costs a checkpoint."""
        name = f"test_{next(_numbers)}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def address(self, name: str) -> str:
        """Address of a database by its name."""
        return address_of(self.sockets, name)

    async def _make_template(self) -> None:
        await self._execute(f"CREATE DATABASE {_TEMPLATE}")
        database = connect(self.address(_TEMPLATE))
        await migrate(database)
        await database.close()

    async def _execute(self, statement: str, database: str = SYSTEM_DATABASE) -> None:
        self.server.ensure()
        connection = await asyncpg.connect(self.address(database))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def kill_server(server: EmbeddedPostgres) -> None:
    """Kill a server as a crash does, and wait until it is gone: a signal takes its time."""
    deadline = time.monotonic() + _PATIENCE_S
    if pid := server.server_pid:
        os.kill(pid, signal.SIGKILL)
    while server.server_pid is not None:
        assert time.monotonic() < deadline, "the server does not end"
        time.sleep(0.005)


@contextmanager
def private_databases() -> Iterator[Databases]:
    """A PostgreSQL of the run's own; stopped and removed afterwards."""
    # Not pytest's folders: their paths can be longer than a socket's may be, and closed to the
    # user that the server runs as where the tests are root's.
    folder = tempfile.mkdtemp(prefix="ar-")
    # A kill loses nothing without fsync; only a power cut would.
    server = EmbeddedPostgres(folder, fsync=False)
    try:
        server.ensure()
        yield Databases(server)
    finally:
        # Nothing in it is needed any more, so it need not be written down at the end.
        if pid := server.server_pid:
            os.kill(pid, signal.SIGQUIT)
        server.close()
        shutil.rmtree(folder)
