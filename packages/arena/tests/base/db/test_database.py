"""Transactions commit once or not at all, run again after a conflict, and say when it is away."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from arena.base.db import (
    Crowded,
    Database,
    DatabaseAway,
    is_connection_failure,
    open_database,
    opening,
)
from arena.base.db.opening import connect
from arena.base.errors import Misconfigured
from arena.base.postgres import EmbeddedPostgres
from arena.base.settings import ArenaSettings
from packages.arena.tests.support.databases import Databases, kill_server


@pytest.fixture
async def numbers(fresh_database: Database) -> Database:
    """A database with a table of two numbers."""
    async with fresh_database.transaction() as session:
        await session.execute(text("CREATE TABLE numbers (id int PRIMARY KEY, n int)"))
        await session.execute(text("INSERT INTO numbers VALUES (1, 0), (2, 0)"))
    return fresh_database


async def read(database: Database, id_: int = 1) -> int:
    async with database.reading() as session:
        found = await session.execute(text("SELECT n FROM numbers WHERE id = :id"), {"id": id_})
        return int(found.scalar_one())


async def add(session: AsyncSession, id_: int = 1) -> None:
    await session.execute(text("UPDATE numbers SET n = n + 1 WHERE id = :id"), {"id": id_})


async def test_a_block_that_ends_is_committed(numbers: Database) -> None:
    async with numbers.transaction() as session:
        await add(session)

    assert await read(numbers) == 1


async def test_a_block_that_raises_is_undone(numbers: Database) -> None:
    async def break_off() -> None:
        async with numbers.transaction() as session:
            await add(session)
            raise KeyError

    with pytest.raises(KeyError):
        await break_off()

    assert await read(numbers) == 0


async def test_a_read_sees_one_moment(numbers: Database) -> None:
    async with numbers.reading() as session:
        before = await session.execute(text("SELECT n FROM numbers WHERE id = 1"))
        async with numbers.transaction() as other:
            await add(other)
        after = await session.execute(text("SELECT n FROM numbers WHERE id = 1"))

    assert before.scalar_one() == after.scalar_one() == 0


async def test_a_read_cannot_write(numbers: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only"):
        async with numbers.reading() as session:
            await add(session)


async def test_two_in_each_others_way_both_get_through(numbers: Database) -> None:
    both_hold_one = asyncio.Barrier(2)
    runs: list[int] = []

    async def crosswise(first: int, second: int) -> None:
        async def work(session: AsyncSession) -> None:
            runs.append(first)
            await add(session, first)
            if len(runs) <= 2:
                await both_hold_one.wait()
            await add(session, second)

        await numbers.run(work)

    await asyncio.gather(crosswise(1, 2), crosswise(2, 1))

    assert [await read(numbers, 1), await read(numbers, 2)] == [2, 2]
    assert len(runs) == 3, "one of the two ran again"


async def test_what_always_conflicts_is_given_up(numbers: Database) -> None:
    async def work(session: AsyncSession) -> None:
        await session.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))

    with pytest.raises(Crowded, match="in the way 8 times") as refused:
        await numbers.run(work)
    assert not is_connection_failure(refused.value)


async def test_another_error_is_not_tried_again(numbers: Database) -> None:
    runs = []

    async def work(session: AsyncSession) -> None:
        runs.append(1)
        await session.execute(text("SELECT 1 / 0"))

    with pytest.raises(DBAPIError) as failed:
        await numbers.run(work)
    assert runs == [1]
    assert not is_connection_failure(failed.value)


async def test_a_statement_has_an_end(databases: Databases) -> None:
    database = connect(databases.address(await databases.named()), statement_timeout=0.05)
    with pytest.raises(DBAPIError, match="statement timeout") as failed:
        async with database.transaction() as session:
            await session.execute(text("SELECT pg_sleep(60)"))
    await database.close()

    assert not is_connection_failure(failed.value)


async def test_a_long_read_may_ask_for_more_time(databases: Databases) -> None:
    database = connect(databases.address(await databases.named()), statement_timeout=0.05)
    async with database.reading(limit=30) as session:
        shown = await session.execute(text("SHOW statement_timeout"))
    await database.close()

    assert shown.scalar_one() == "30s"


async def test_a_server_that_is_not_there_is_a_connection_failure(tmp_path: Path) -> None:
    database = connect(f"postgresql://arena@/arena?host={tmp_path}")
    with pytest.raises(DatabaseAway, match="does not answer") as failed:
        async with database.transaction():
            pass
    await database.close()

    assert is_connection_failure(failed.value)


async def test_a_database_that_does_not_exist_is_none(databases: Databases) -> None:
    database = connect(databases.address("nothing"))
    with pytest.raises(DBAPIError, match=r"\"nothing\" does not exist") as failed:
        await database.run(add)
    await database.close()

    assert not is_connection_failure(failed.value)


def test_an_error_that_was_raised_from_itself_is_looked_at_once() -> None:
    error = ValueError()
    error.__cause__ = error

    assert not is_connection_failure(error)


async def test_a_connection_that_is_cut_is_one_and_the_next_works(numbers: Database) -> None:
    async def be_cut() -> None:
        async with numbers.transaction() as session:
            pid = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            async with numbers.transaction() as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            await add(session)

    with pytest.raises(DatabaseAway) as failed:
        await be_cut()

    assert is_connection_failure(failed.value)
    assert await read(numbers) == 0


@pytest.mark.parametrize("own", [OSError, TimeoutError, ConnectionError])
async def test_an_error_of_the_caller_is_left_alone(
    database: Database, own: type[Exception]
) -> None:
    with pytest.raises(own) as failed:
        async with database.transaction():
            raise own

    assert not is_connection_failure(failed.value)


async def test_no_free_connection_is_a_connection_failure(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "POOL_SECONDS", 0.01)
    database = connect(databases.address(await databases.named()), pool=1)
    async with database.transaction():
        with pytest.raises(DatabaseAway):
            await database.run(add)
    await database.close()


@pytest.mark.parametrize("address", ["mysql://a@b/c", "nonsense", "postgresql://a@b:port/c", ""])
def test_an_address_of_something_else_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(Misconfigured, match="DATABASE_URL is no address") as refused:
        connect(address)
    assert not address or address not in str(refused.value)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ar-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


async def test_an_embedded_server_that_was_killed_is_started_again(data_dir: Path) -> None:
    settings = ArenaSettings.model_validate(
        {"database_url": f"embedded://{data_dir}/pg", "node_env": "production"}
    )
    database = await open_database(settings)

    async def ask_pid() -> int:
        async with database.transaction() as session:
            return int((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one())

    await ask_pid()
    await asyncio.to_thread(kill_server, EmbeddedPostgres(data_dir / "pg"))

    assert await ask_pid()
    await database.close()
    assert not (data_dir / "pg/data/postmaster.pid").exists(), "the last one stopped it"
