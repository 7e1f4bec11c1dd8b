"""Emptying a queue: what waits, what has ended, or all of it."""

import asyncio

import pytest

from backbeat import Backbeat, QueueActive, State
from backbeat.testing import FakeClock, drain


async def test_draining_a_queue_removes_what_waits(app: Backbeat) -> None:
    queue = app.queue("work")
    for priority in (1, 5, 9):
        await queue.add("do", {}, priority=priority)
    later = await queue.add("do", {}, delay=60)
    assert await queue.drain() == 3
    counts = await queue.counts()
    assert (counts.waiting, counts.delayed) == (0, 1)
    assert await later.state() is State.DELAYED


async def test_draining_a_queue_removes_what_is_delayed_when_asked(app: Backbeat) -> None:
    queue = app.queue("work")
    await queue.add("do", {})
    await queue.add("do", {}, delay=60)
    assert await queue.drain(delayed=True) == 2
    counts = await queue.counts()
    assert (counts.waiting, counts.delayed) == (0, 0)


async def test_draining_removes_however_many_there_are(app: Backbeat) -> None:
    queue = app.queue("work")
    await queue.add_many([("do", {"n": n}) for n in range(2_500)])
    await queue.add_many([("do", {"n": n}) for n in range(1_100)], delay=60)
    assert await queue.drain(delayed=True) == 3_600
    counts = await queue.counts()
    assert (counts.waiting, counts.delayed) == (0, 0)


async def test_a_drained_queue_takes_and_runs_new_jobs(app: Backbeat) -> None:
    queue = app.queue("work")
    runs: list[int] = []

    @queue.job()
    async def do(n: int) -> None:
        runs.append(n)

    for n in range(5):
        await do.options(id=f"j{n}").enqueue(n)
    await queue.drain()
    await do.options(id="j1").enqueue(10)
    await drain(app)
    assert runs == [10]


async def test_cleaning_removes_ended_jobs_of_one_state(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def end(how: str) -> None:
        if how == "failed":
            raise ValueError

    for how in ("completed", "completed", "failed"):
        await end.enqueue(how)
    await drain(app)
    assert await queue.clean(State.COMPLETED) == 2
    counts = await queue.counts()
    assert (counts.completed, counts.failed) == (0, 1)
    assert counts.total_completed == 2


async def test_cleaning_leaves_what_is_younger_than_asked(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    old = await do.enqueue()
    await drain(app)
    clock.advance(100)
    young = await do.enqueue()
    await drain(app)
    assert await queue.clean(State.COMPLETED, older_than=60) == 1
    assert [job.id for job in (await queue.list(State.COMPLETED)).jobs] == [young.id]
    assert old.id != young.id


async def test_cleaning_removes_the_oldest_up_to_a_number(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do(n: int) -> None:
        clock.advance(1)

    for n in range(5):
        await do.enqueue(n)
    await drain(app)
    assert await queue.clean(State.COMPLETED, limit=3) == 3
    jobs = (await queue.list(State.COMPLETED)).jobs
    assert sorted(job.arguments["n"] for job in jobs) == [3, 4]


async def test_an_obliterated_queue_is_as_if_it_had_never_been(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> int:
        return 1

    await do.options(id="a").enqueue()
    await drain(app)
    await do.enqueue()
    await do.options(delay=60).enqueue()
    await queue.pause()
    await queue.obliterate()
    counts = await queue.counts()
    assert (counts.waiting, counts.delayed, counts.completed) == (0, 0, 0)
    assert (counts.total_completed, counts.paused) == (0, False)
    assert (await do.options(id="a").enqueue()).created
    assert len(await drain(app)) == 1


async def test_a_queue_with_running_jobs_is_obliterated_by_force_only(app: Backbeat) -> None:
    queue = app.queue("work")
    began, go_on = asyncio.Event(), asyncio.Event()

    @queue.job()
    async def do() -> None:
        began.set()
        await go_on.wait()

    await do.enqueue()
    draining = asyncio.create_task(drain(app))
    await began.wait()
    with pytest.raises(QueueActive):
        await queue.obliterate()
    assert (await queue.counts()).active == 1
    go_on.set()
    await draining
