"""Workers on a real server whose clock is set under them: nothing runs twice, and nothing stops."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from backbeat import Backbeat, State, Worker
from backbeat.engine.calls.tick import Outcomes, parse_tick, tick_args
from backbeat.engine.scripts import QueueScripts
from backbeat.values import Rate
from backbeat.worker.leases.lease import Lease
from packages.backbeat.tests.support.settable_server import SettableServer, settable_server
from packages.backbeat.tests.support.working import ended, until, working

pytestmark = pytest.mark.needs_gcc

LEASE_S = 2.0
STEPS = (60, 3_600, -60, -3_600)


@pytest.fixture
def clocked() -> Iterator[SettableServer]:
    with settable_server() as running:
        yield running


@pytest.fixture
async def app(clocked: SettableServer) -> AsyncIterator[Backbeat]:
    declared = Backbeat(clocked.url)
    yield declared
    await declared.close()


async def renewed(*workers: Worker) -> None:
    """Wait until each of these has heard once more from the server what time it is."""
    for worker in workers:
        lease = worker._lanes[0]._membership.lease
        before = lease.renewed_at
        await until(lambda lease=lease, before=before: lease.renewed_at > before)  # type: ignore[misc]


async def test_the_library_sets_the_clock_of_the_server(clocked: SettableServer) -> None:
    clocked.set_clock(3_600)
    seconds, _ = clocked.client.time()
    assert abs(int(seconds) - time.time() - 3_600) < 5


@pytest.mark.parametrize("step", STEPS)
async def test_no_running_job_is_taken_from_a_worker_that_lives(
    app: Backbeat, clocked: SettableServer, step: int
) -> None:
    queue, go_on, starts = app.queue("q"), asyncio.Event(), 0

    @queue.job()
    async def job() -> str:
        nonlocal starts
        starts += 1
        await go_on.wait()
        return "once"

    async with working(app, lease=LEASE_S) as one, working(app, lease=LEASE_S) as other:
        handles = [await job.enqueue() for _ in range(10)]
        await until(lambda: starts == 10)
        await renewed(one, other)
        clocked.set_clock(step)
        # Two renewals later every lease is one of the new time.
        await renewed(one, other)
        await renewed(one, other)
        go_on.set()
        for handle in handles:
            assert (await ended(queue, handle.id)).history == ()
    assert starts == 10


@pytest.mark.parametrize("step", STEPS)
async def test_the_jobs_of_a_dead_worker_come_back_though_the_clock_was_set(
    app: Backbeat, clocked: SettableServer, step: int
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        return "by the survivor"

    await queue.configure()
    handle = await job.enqueue()
    connection = await app.connections.open()
    scripts = QueueScripts(connection.keys("q"))
    dead = Lease(connection.transport, scripts, lease_ms=2_000, info=b"{}", clock=None)
    await dead.register()
    assert len(parse_tick(await dead.call("tick", [1, *tick_args(1, Outcomes())])).jobs) == 1
    async with working(app, lease=LEASE_S) as survivor:
        await renewed(survivor)
        clocked.set_clock(step)
        assert await handle.result(timeout=30) == "by the survivor"
    assert (await handle.info()).state is State.COMPLETED


async def test_a_rate_goes_on_within_a_window_after_the_clock_was_put_back(
    app: Backbeat, clocked: SettableServer
) -> None:
    queue = app.queue("q", rate=Rate(2, per=0.5))

    @queue.job()
    async def job() -> str:
        return "started"

    async with working(app, lease=LEASE_S):
        first = [await job.enqueue() for _ in range(2)]
        for handle in first:
            await handle.result(timeout=30)
        clocked.set_clock(-3_600)
        for handle in [await job.enqueue() for _ in range(4)]:
            assert await handle.result(timeout=30) == "started"
