"""Jobs that lose their process: they come back, but not for ever."""

import os
from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat, Retry, State, Worker
from backbeat.engine.calls.tick import Outcomes, parse_tick, tick_args
from backbeat.engine.scripts import QueueScripts
from backbeat.testing import FakeClock, application, drain
from backbeat.worker.leases.lease import Lease
from packages.backbeat.tests.support.working import is_in, until

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


async def test_the_jobs_of_a_worker_that_vanished_are_back_when_its_lease_is_over(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("left", max_stalled=1)

    @queue.job()
    async def job() -> str:
        return "by the survivor"

    await queue.configure()
    handle = await job.enqueue()
    await claim_and_vanish(app, clock, lease_ms=30_000)
    # Short by the real clock, by which it renews.
    async with Worker(app, lease=0.5) as survivor:
        await survivor.ready()
        clock.advance(29.999)
        await renewed(survivor)
        assert await handle.state() is State.ACTIVE
        clock.advance(0.001)
        assert await handle.result(timeout=30) == "by the survivor"
    info = await handle.info()
    assert [attempt.outcome for attempt in info.history] == ["stalled"]
    assert info.failures == 0


async def test_a_short_lease_is_over_in_its_own_time_beside_a_long_one(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("left")

    @queue.job()
    async def job() -> str:
        return "by the survivor"

    # By the real clock it renews after twenty seconds, and would not know of the other before.
    async with Worker(app, lease=60) as survivor:
        await survivor.ready()
        survivor.pause()
        handle = await job.enqueue()
        await claim_and_vanish(app, clock, lease_ms=500)
        await renewed(survivor)
        clock.advance(0.5)
        await is_in(queue, handle.id, State.WAITING)
    assert [attempt.outcome for attempt in (await handle.info()).history] == ["stalled"]


async def test_a_job_whose_workers_vanish_too_often_fails(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("left", max_stalled=1)

    @queue.job()
    async def job() -> str:
        return "never"

    # It takes no jobs, and only looks who has vanished.
    async with Worker(app, lease=0.5) as survivor:
        await survivor.ready()
        survivor.pause()
        await renewed(survivor)
        handle = await job.enqueue()
        for outcome in (State.WAITING, State.FAILED):
            await claim_and_vanish(app, clock, lease_ms=30_000)
            clock.advance(30)
            await is_in(queue, handle.id, outcome)
    error = (await handle.info()).error
    assert error is not None
    assert error.reason == "stalled"


async def claim_and_vanish(app: Backbeat, clock: FakeClock, *, lease_ms: int) -> None:
    """A worker that takes the job of the queue, and is never heard of again."""
    connection = await app.connections.open()
    scripts = QueueScripts(connection.keys("left"))
    lease = Lease(connection.transport, scripts, lease_ms=lease_ms, info=b"{}", clock=clock)
    await lease.register()
    claim = parse_tick(await lease.call("tick", [1, *tick_args(1, Outcomes())]))
    assert len(claim.jobs) == 1


async def renewed(worker: Worker) -> None:
    """Wait until a worker has learned once more whose lease is over when."""
    lease = worker._lanes[0]._membership.lease
    before = lease.renewed_at
    await until(lambda: lease.renewed_at > before)
