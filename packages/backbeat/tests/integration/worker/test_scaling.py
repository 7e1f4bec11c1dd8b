"""Concurrency that is changed while workers run: told at once, read by those that start."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from backbeat import Adaptive, Backbeat, Queue
from packages.backbeat.tests.support.working import until, working


class Crowd:
    """Jobs that wait until they are let go; counts how many run."""

    def __init__(self, queue: Queue) -> None:
        self.running = 0
        self.release = asyncio.Event()
        self.queue = queue

        @queue.job()
        async def wait() -> None:
            self.running += 1
            await self.release.wait()
            self.running -= 1

        self._wait = wait

    async def add(self, count: int) -> None:
        """Enqueue some."""
        await self.queue.add_many([self._wait.call() for _ in range(count)])

    async def is_running(self, count: int) -> None:
        """Wait until so many run, and see that no more do."""
        await until(lambda: self.running == count)
        await (await self.queue.add("wait", {})).state()
        assert self.running == count


@pytest.fixture
async def crowd(app: Backbeat) -> AsyncIterator[Crowd]:
    """A queue with more to do than may run."""
    crowd = Crowd(app.queue("crowd", concurrency=2))
    await crowd.add(40)
    yield crowd
    crowd.release.set()


async def test_a_running_worker_is_told_at_once(app: Backbeat, crowd: Crowd) -> None:
    async with working(app, grace=0.1):
        await crowd.is_running(2)
        assert await crowd.queue.scale(6) == 1
        await crowd.is_running(6)
        await crowd.queue.unscale()
        crowd.release.set()
        await until(lambda: crowd.running <= 2)


async def test_a_worker_that_starts_reads_it(app: Backbeat, crowd: Crowd) -> None:
    await crowd.queue.scale(5)
    async with working(app, grace=0.1):
        await crowd.is_running(5)


async def test_a_queue_never_runs_more_than_its_worker_has_slots(
    app: Backbeat, crowd: Crowd
) -> None:
    async with working(app, grace=0.1, concurrency=4):
        await crowd.queue.scale(50)
        await crowd.is_running(4)


async def test_one_worker_is_scaled_by_its_name(app: Backbeat, crowd: Crowd) -> None:
    await crowd.queue.scale(50)
    async with working(app, grace=0.1, concurrency=3) as worker:
        await crowd.is_running(3)
        await crowd.queue.scale(7, worker=worker.name)
        await crowd.is_running(7)
        worker.scale(9)
        await crowd.is_running(9)


async def test_what_runs_over_all_workers_is_raised_while_they_run(app: Backbeat) -> None:
    crowd = Crowd(app.queue("all", max_running=2))
    await crowd.add(20)
    async with working(app, grace=0.1), working(app, grace=0.1):
        await crowd.is_running(2)
        await crowd.queue.scale(max_running=5)
        await crowd.is_running(5)
        crowd.release.set()


async def test_an_adaptive_worker_takes_more_jobs_while_it_is_at_ease(app: Backbeat) -> None:
    crowd = Crowd(app.queue("adaptive"))
    await crowd.add(30)
    rule = Adaptive(low=2, high=12, step=5, every=0.1, lag=5, cpu=50)
    async with working(app, grace=0.1, concurrency=rule):
        await crowd.is_running(12)
        crowd.release.set()
