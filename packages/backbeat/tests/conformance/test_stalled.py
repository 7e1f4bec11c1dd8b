"""Jobs that lose their process: they come back, but not for ever."""

import os
from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat, Retry, State
from backbeat.testing import FakeClock, application, drain

# A process of its own finds its handler by its module: so it is declared there.
app = Backbeat()
work = app.queue("work", max_stalled=1)


@work.job(mode="process", retry=Retry.fixed(attempts=5, delay=60))
def die() -> None:
    """Takes its process with it."""
    os._exit(7)


@pytest.fixture(autouse=True)
async def in_test(url: str | None, clock: FakeClock) -> AsyncIterator[None]:
    """The application of this module, on the store of the test."""
    async with application(app, clock=clock, url=url):
        yield


async def test_a_job_that_kills_its_process_fails_after_so_many_times() -> None:
    handle = await die.enqueue()
    ran = await drain(app)
    assert [each.outcome for each in ran] == ["stalled", "failed"]
    info = await handle.info()
    assert info.state is State.FAILED
    assert info.error is not None
    assert info.error.reason == "stalled"


async def test_a_lost_process_uses_no_attempt() -> None:
    await die.enqueue()
    assert [each.attempt for each in await drain(app)] == [1, 1]
