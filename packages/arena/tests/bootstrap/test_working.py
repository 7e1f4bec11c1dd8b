"""What worker processes run: the jobs of all applications, as the environment sets them up."""

import pytest

import arena.bootstrap
from arena.base.settings import ArenaSettings
from arena.bootstrap import working
from arena.bootstrap.opening import open_house
from arena.house import House
from backbeat import Backbeat, Worker
from packages.arena.tests.support.corner import Corner
from packages.arena.tests.support.databases import Databases
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
async def corner(
    monkeypatch: pytest.MonkeyPatch,
    clean_environment: None,
    valkey: PrivateServer,
    databases: Databases,
) -> Corner:
    """The only application of an installation that the environment sets up."""
    corner = Corner()
    monkeypatch.setattr(working, "APPLICATIONS", (corner,))
    monkeypatch.setenv("BACKBEAT_URL", valkey.url)
    monkeypatch.setenv("DATABASE_URL", databases.address(await databases.named()))
    return corner


async def test_a_worker_runs_the_jobs_of_all_applications_within_their_life(
    corner: Corner,
) -> None:
    jobs = arena.bootstrap.jobs
    assert isinstance(jobs, Backbeat)
    handle = await jobs.queue("corner-sales").add("sell", {"item": "lamp"})
    async with Worker(jobs):
        assert await handle.result(timeout=60) == "lamp is sold"
        assert corner.lives == ["working begins"]
    assert corner.lives == ["working begins", "working ends"]
    await jobs.close()


async def test_a_house_that_is_opened_has_its_tables_and_its_schedules(
    corner: Corner, house: House
) -> None:
    settings = ArenaSettings()
    async with open_house(settings, [corner]) as opened:
        assert set(opened.parts) == {"corner"}
        schedules = await opened.house.jobs.schedules.list()
        assert "corner-tidy" in {each.name for each in schedules}


def test_there_is_nothing_else_to_be_had() -> None:
    with pytest.raises(AttributeError, match="no attribute 'app'"):
        _ = arena.bootstrap.app
