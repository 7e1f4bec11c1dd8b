"""Real workers and schedules: fired to the millisecond, by whoever is there, once."""

import asyncio
import logging
import time
from collections import Counter
from typing import Any

import pytest

from backbeat import Backbeat, Job, every
from backbeat.app import Handler
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import until, working


@pytest.fixture
def late() -> list[float]:
    """How many seconds after its slot each run began."""
    return []


@pytest.fixture
def note(app: Backbeat, late: list[float]) -> Handler[..., Any]:
    """A handler that notes how late it is."""

    @app.queue("q").job()
    async def note(job: Job) -> None:
        assert job.scheduled_at is not None
        late.append(time.time() - job.scheduled_at.timestamp())

    return note


async def test_an_idle_worker_wakes_exactly_for_each_slot(
    app: Backbeat, note: Handler[..., Any], late: list[float]
) -> None:
    async with working(app):
        # Made while the worker sleeps: somebody has to tell it.
        await app.schedules.upsert("s", every(0.15), note.call(), limit=8, missed="all")
        await until(lambda: len(late) == 8)
    assert all(0 <= seconds < 0.12 for seconds in late), late


async def test_a_declared_schedule_is_there_when_a_worker_has_started(
    app: Backbeat, note: Handler[..., Any], late: list[float]
) -> None:
    app.schedule("s", every(0.1), note.call(), limit=2)
    async with working(app):
        await until(lambda: len(late) == 2)
    assert (await app.schedules.get("s")).declared


async def test_a_worker_says_which_schedules_no_code_declares_any_more(
    app: Backbeat, note: Handler[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    app.schedule("old", every(3600), note.call())
    await app.schedules.sync()
    app.declared_schedules.by_name.clear()
    with caplog.at_level(logging.WARNING, "backbeat.worker"):
        async with working(app):
            await until(lambda: "schedule old of q goes on" in caplog.text)
    assert (await app.schedules.get("old")).next_at is not None


async def test_many_workers_race_and_each_slot_runs_once(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    ran: Counter[str] = Counter()

    def declare(target: Backbeat) -> Handler[..., Any]:
        @target.queue("q").job()
        async def work(job: Job) -> None:
            ran[job.id] += 1

        return work

    others = [Backbeat(server.url, namespace=namespace) for _ in range(3)]
    for other in others:
        declare(other)
    call = declare(app).options(keep=0).call()
    async with working(app), working(others[0]), working(others[1]), working(others[2]):
        for number in range(5):
            name = f"s{number}"
            await app.schedules.upsert(name, every(0.05), call, limit=20, missed="all")
        await until(lambda: len(ran) >= 100)
        await asyncio.sleep(0.1)
    for other in others:
        await other.close()
    assert len(ran) == 100
    assert set(ran.values()) == {1}


async def test_a_schedule_that_cannot_be_read_here_does_not_keep_the_others_from_firing(
    app: Backbeat, note: Handler[..., Any], late: list[float], namespace: str,
    server: PrivateServer, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    await app.schedules.upsert("a", every(0.1), note.call())
    key = f"{namespace}:{{q}}:schedules"
    server.client.hset(key, "a", '{"rule":{"kind":"cron","expression":"* * * * *","tz":"Mars/X"}}')
    await app.schedules.upsert("b", every(0.1), note.call(), limit=2, missed="all")
    async with working(app):
        await until(lambda: len(late) == 2)
    assert "schedule a was not fired" in caplog.text
    assert "Mars/X" in (await app.schedules.get("a")).rule
    assert [info.name for info in await app.schedules.list()] == ["a", "b"]


async def test_a_worker_that_stops_while_it_fires_leaves_the_rest_to_others(
    app: Backbeat, note: Handler[..., Any], late: list[float]
) -> None:
    await app.schedules.upsert("s", every(0.02), note.call(), limit=40, missed="all")
    while len(late) < 40:
        async with working(app):
            before = len(late)
            await until(lambda: len(late) > min(before + 3, 39))  # noqa: B023 - awaited here
    assert (await app.schedules.get("s")).fired == 40
