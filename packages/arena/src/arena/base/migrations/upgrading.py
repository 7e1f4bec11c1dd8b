"""Brings a database to a step; whoever comes second waits, and finds nothing left to do."""

from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from arena.base.db import Database

HEAD: Final = "head"
_FOLDER: Final = Path(__file__).parent
# Any number that nobody else locks.
_LOCK: Final = 0x41_52_45_4E_41
_SECONDS: Final = 600


async def migrate(database: Database, step: str = HEAD) -> None:
    """Take all steps that the database lacks, in one transaction: all of them, or none.

    Args:
        database: Where. Processes that call this at once take turns.
        step: Last step to take. Defaults to the newest.

    Raises:
        Unavailable: PostgreSQL is away.
    """
    await _under_lock(database, lambda config: command.upgrade(config, step))


async def downgrade(database: Database, step: str) -> None:
    """Take steps back. What only the newer ones could hold is lost.

    Args:
        database: Where.
        step: Step to go back to; "base" is before the first.

    Raises:
        Unavailable: PostgreSQL is away.
    """
    await _under_lock(database, lambda config: command.downgrade(config, step))


async def _under_lock(database: Database, steps: Any) -> None:
    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        steps(config)

    async with database.transaction() as session:
        await session.execute(text(f"SET LOCAL statement_timeout = '{_SECONDS}s'"))
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await (await session.connection()).run_sync(run)
