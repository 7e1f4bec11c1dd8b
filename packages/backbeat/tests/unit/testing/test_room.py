"""Putting an application into a test, and what is as before when the test is over."""

import doctest

import pytest

from backbeat import Backbeat, ConfigurationError, Job, PayloadTooLarge
from backbeat.config import Settings
from backbeat.testing import FakeClock, application, clock, drain, room
from packages.backbeat.tests.support.private_server import PrivateServer


def test_the_examples_in_the_docstrings_run() -> None:
    for module in (room, clock):
        assert doctest.testmod(module).failed == 0


async def test_each_test_begins_with_an_empty_store() -> None:
    app = Backbeat()
    queue = app.queue("work")
    for _ in range(2):
        async with application(app):
            await queue.add("do", {}, id="a")
            assert (await queue.counts()).waiting == 1


async def test_it_begins_at_the_time_of_the_given_clock() -> None:
    app, mine = Backbeat(), FakeClock()
    async with application(app, clock=mine) as given:
        assert given is mine
        handle = await app.queue("work").add("do", {})
        assert (await handle.info()).created_at == mine.now()


async def test_the_connections_of_before_are_back_afterwards() -> None:
    app = Backbeat()
    before = app.connections
    async with application(app):
        assert app.connections is not before
    assert app.connections is before


async def test_they_are_back_also_when_the_test_fails() -> None:
    app = Backbeat()
    before = app.connections
    with pytest.raises(ZeroDivisionError):
        async with application(app):
            raise ZeroDivisionError
    assert app.connections is before


async def test_two_applications_share_nothing() -> None:
    one, other = Backbeat(), Backbeat()
    async with application(one), application(other):
        await one.queue("work").add("do", {})
        assert (await other.queue("work").counts()).waiting == 0


async def test_the_limit_of_a_payload_is_that_of_the_settings() -> None:
    app = Backbeat(settings=Settings(max_payload_bytes=100))
    async with application(app):
        with pytest.raises(PayloadTooLarge):
            await app.queue("work").add("do", {"data": "x" * 100})


async def test_on_a_real_server_nothing_stays_behind(valkey: PrivateServer) -> None:
    app = Backbeat()

    @app.queue("work").job()
    async def do(job: Job) -> None:
        job.log("a line")

    async with application(app, url=valkey.url):
        await do.enqueue()
        assert len(await drain(app)) == 1
        await do.enqueue()
        assert valkey.client.dbsize() > 0
    assert valkey.client.dbsize() == 0


async def test_it_is_refused_in_production() -> None:
    app = Backbeat(settings=Settings(env="production"))
    with pytest.raises(ConfigurationError, match="for tests only"):
        async with application(app):
            pass


async def test_it_is_refused_twice() -> None:
    app = Backbeat()
    async with application(app):
        with pytest.raises(ConfigurationError, match="in a test already"):
            async with application(app):
                pass


async def test_draining_what_is_not_in_a_test_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="is not in a test"):
        await drain(Backbeat())
