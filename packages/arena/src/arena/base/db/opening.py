"""Opens the database: an address, or the embedded server, which is started again when it died."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import asyncpg
from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import create_async_engine

from arena.base.db.database import Database
from arena.base.errors import Misconfigured
from arena.base.postgres import EmbeddedPostgres, choose_postgres
from arena.base.settings import ArenaSettings

STATEMENT_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 10.0
POOL_SECONDS: Final = 10.0
_DIALECT: Final = "postgresql+asyncpg"
_OURS: Final = ("postgresql", "postgres", _DIALECT)


async def open_database(settings: ArenaSettings) -> Database:
    """The database that the settings lead to; an embedded server is started or joined.

    Args:
        settings: Its address or folder, and how many connections there may be.

    Raises:
        Misconfigured: The address is none, or an embedded server is refused or impossible here.
        Unavailable: The embedded server did not start. An address is not contacted yet.
    """
    target = choose_postgres(settings)
    if isinstance(target, str):
        return connect(target, pool=settings.database_pool)
    address = await asyncio.to_thread(target.ensure)
    return connect(address, pool=settings.database_pool, embedded=target)


def connect(
    address: str,
    *,
    pool: int = 10,
    statement_timeout: float = STATEMENT_SECONDS,
    embedded: EmbeddedPostgres | None = None,
) -> Database:
    """A database by its address; no connection is made before the first use.

    Args:
        address: `postgresql://user:password@host:port/name`.
        pool: Connections at most. Who finds none waits 10 s. Defaults to 10.
        statement_timeout: Seconds that one statement may take. Defaults to 30.
        embedded: The server behind the address, ours to start again and to close.

    Raises:
        Misconfigured: The address is none of PostgreSQL.
    """
    engine = create_async_engine(
        _parse(address),
        pool_size=pool,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        # A connection that died in the pool is replaced before anybody gets it.
        pool_pre_ping=True,
        async_creator=_creator(_parse(address), statement_timeout, embedded),
    )
    return Database(engine, release=None if embedded is None else embedded.close)


def _parse(address: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _OURS:
        # The address may hold a password, so it is not repeated.
        raise Misconfigured(
            "DATABASE_URL is no address of PostgreSQL: write"
            " postgresql://user:password@host:port/name"
        )
    return url.set(drivername=_DIALECT)


def _creator(
    url: URL, statement_timeout: float, embedded: EmbeddedPostgres | None
) -> Callable[[], Awaitable[Any]]:
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    settings = {
        "application_name": "arena",
        "timezone": "UTC",
        "statement_timeout": str(round(statement_timeout * 1000)),
        # A transaction whose process hangs keeps its locks no longer than this.
        "idle_in_transaction_session_timeout": "60000",
    }

    async def create() -> Any:
        try:
            return await asyncpg.connect(dsn, timeout=CONNECT_SECONDS, server_settings=settings)
        except (OSError, asyncpg.CannotConnectNowError):
            if embedded is None:
                raise
        await asyncio.to_thread(embedded.ensure)
        return await asyncpg.connect(dsn, timeout=CONNECT_SECONDS, server_settings=settings)

    return create
