"""The database: transactions that commit once, at their end, and reads that see one moment.

Who has a use case opens the transaction; what it calls below takes the session and never commits.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from arena.base.db.failures import (
    Crowded,
    DatabaseAway,
    is_conflict,
    is_connection_failure,
    is_no_connection,
)

T = TypeVar("T")

ATTEMPTS: Final = 8
_FIRST_PAUSE_S: Final = 0.005
_ONE_MOMENT: Final = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
_LIMIT: Final = text("SELECT set_config('statement_timeout', :limit_ms, true)")


class Database:
    """One PostgreSQL and a bounded pool of connections to it.

    Attributes:
        engine: SQLAlchemy's engine, for what the methods below do not do.
    """

    def __init__(self, engine: AsyncEngine, *, release: Callable[[], None] | None = None) -> None:
        """Take over an engine; `open_database` makes one.

        Args:
            engine: Of asyncpg.
            release: What ends with it, called in a thread. Defaults to nothing.
        """
        self.engine = engine
        self._release = release

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits when the block ends, and is undone when it raises.

        Each statement sees what was committed before it (READ COMMITTED).

        Raises:
            DatabaseAway: PostgreSQL is away, or no connection got free in time. Raised by the
                commit it leaves open whether it happened: what may run again has a key of its own.
        """
        async with (
            self._connection() as connection,
            connection.begin(),
            AsyncSession(connection, expire_on_commit=False) as session,
        ):
            yield session
            await session.flush()

    @asynccontextmanager
    async def reading(self, *, limit: float | None = None) -> AsyncIterator[AsyncSession]:
        """A read-only transaction in which all statements see one moment.

        Args:
            limit: Seconds that a statement may take. Defaults to that of all statements.

        Raises:
            DatabaseAway: PostgreSQL is away, or no connection got free in time.
        """
        async with self._connection() as connection, connection.begin():
            await connection.execute(_ONE_MOMENT)
            if limit is not None:
                await connection.execute(_LIMIT, {"limit_ms": str(round(limit * 1000))})
            async with AsyncSession(connection, expire_on_commit=False) as session:
                yield session

    async def run(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run a function in a transaction, again where another transaction was in its way.

        Args:
            work: Called with the session once or more; what it does besides the database it does
                each time.

        Returns:
            What it returned in the run that was committed.

        Raises:
            DatabaseAway: PostgreSQL is away.
            Crowded: The others were in its way 8 times.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                async with self.transaction() as session:
                    return await work(session)
            except Exception as error:
                if not is_conflict(error):
                    raise
                if attempt == ATTEMPTS:
                    raise Crowded(ATTEMPTS) from error
            # Apart from each other, or they meet again.
            await asyncio.sleep(random.uniform(0, _FIRST_PAUSE_S * 2**attempt))  # noqa: S311

    async def close(self) -> None:
        """Close the connections, and end the use of an embedded server."""
        await self.engine.dispose()
        if self._release is not None:
            await asyncio.to_thread(self._release)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        async with AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(self.engine.connect())
            except Exception as error:
                if not is_no_connection(error):
                    raise
                raise DatabaseAway from error
            try:
                yield connection
            except DatabaseAway:
                raise
            except Exception as error:
                if not is_connection_failure(error):
                    raise
                raise DatabaseAway from error
