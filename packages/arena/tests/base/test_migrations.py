"""The steps lead to the tables that the code declares, from nothing and from the step before."""

import asyncio
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

import arena
import arena.base.migrations
from arena.base.db import Base, Database
from arena.base.migrations import downgrade, migrate
from packages.arena.tests.support.databases import Databases


@pytest.fixture(autouse=True, scope="module")
def every_table() -> None:
    """Import each module of a store: only then do its tables exist."""
    for module in _modules():
        if ".store" in module:
            importlib.import_module(module)


def _modules() -> Iterator[str]:
    return (each.name for each in pkgutil.walk_packages(arena.__path__, "arena."))


def _steps() -> list[str]:
    """Numbers of the steps, first to last."""
    config = Config()
    config.set_main_option("script_location", arena.base.migrations.__path__[0])
    config.set_main_option("path_separator", "os")
    walk = ScriptDirectory.from_config(config).walk_revisions()
    return [step.revision for step in walk][::-1]


async def _look(database: Database, look: Any) -> Any:
    async with database.transaction() as session:
        return await (await session.connection()).run_sync(look)


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, Base.metadata))


def test_the_steps_are_one_line() -> None:
    steps = _steps()

    assert steps[0] == "0001"
    assert steps == sorted(set(steps))


async def test_steps_and_tables_of_the_code_agree(database: Database) -> None:
    assert await _look(database, _differences) == []


async def test_a_table_without_a_step_is_seen(fresh_database: Database) -> None:
    async with fresh_database.transaction() as session:
        await (await session.connection()).exec_driver_sql("DROP TABLE ledger_unsealed")

    assert [kind for kind, *_ in await _look(fresh_database, _differences)] == ["add_table"]


async def test_every_step_leads_on_from_the_one_before_it_and_back(databases: Databases) -> None:
    steps = _steps()
    async with databases.empty() as database:
        for step, before in zip(steps, ["base", *steps], strict=False):
            await migrate(database, step)
            await downgrade(database, before)
            await migrate(database, step)

        assert await _look(database, _differences) == []


async def test_all_steps_back_leave_nothing(databases: Databases) -> None:
    async with databases.empty() as database:
        await migrate(database)
        await downgrade(database, "base")

        assert await _look(database, _tables) == {"alembic_version"}


async def test_processes_that_migrate_at_once_take_turns(databases: Databases) -> None:
    async with databases.empty() as database:
        await asyncio.gather(*(migrate(database) for _ in range(4)))

        assert await _look(database, _differences) == []
