"""Looking at a queue: how many jobs are where, and which, page by page."""

import asyncio

import pytest

from backbeat import Backbeat, Cancel, JobInfo, Queue, State
from backbeat.testing import FakeClock, drain


async def everything(queue: Queue, state: State, limit: int) -> list[JobInfo]:
    """All jobs of a state, page by page."""
    jobs: list[JobInfo] = []
    cursor: str | None = None
    while True:
        page = await queue.list(state, cursor=cursor, limit=limit)
        assert len(page.jobs) <= limit
        jobs += page.jobs
        if not page.cursor:
            return jobs
        cursor = page.cursor


async def test_an_unused_queue_counts_nothing(app: Backbeat) -> None:
    counts = await app.queue("work").counts()
    assert (counts.waiting, counts.delayed, counts.active) == (0, 0, 0)
    assert (counts.completed, counts.failed, counts.cancelled) == (0, 0, 0)


async def test_each_state_is_counted(app: Backbeat) -> None:
    queue = app.queue("work")
    began, go_on = asyncio.Event(), asyncio.Event()

    @queue.job()
    async def end(how: str) -> Cancel | None:
        if how == "active":
            began.set()
            await go_on.wait()
        if how == "failed":
            raise ValueError
        return Cancel() if how == "cancelled" else None

    for how in ("completed", "failed", "failed", "cancelled", "active"):
        await end.enqueue(how)
    for _ in range(4):
        await end.options(delay=60).enqueue("delayed")
    draining = asyncio.create_task(drain(app))
    await began.wait()
    for _ in range(3):
        await end.options(priority=8).enqueue("completed")
    await end.enqueue("completed")
    counts = await queue.counts()
    assert (counts.waiting, counts.delayed, counts.active) == (4, 4, 1)
    assert (counts.completed, counts.failed, counts.cancelled) == (1, 2, 1)
    go_on.set()
    await draining


async def test_what_has_ever_ended_is_counted_too(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(keep=0)
    async def do() -> None: ...

    await queue.add_many([do.call() for _ in range(7)])
    await drain(app)
    counts = await queue.counts()
    assert (counts.completed, counts.total_completed) == (0, 7)


@pytest.mark.parametrize("limit", [1, 7, 50])
async def test_pages_together_have_every_waiting_job_once(app: Backbeat, limit: int) -> None:
    queue = app.queue("work")
    for n in range(20):
        await queue.add("do", {"n": n}, priority=n % 11)
        await queue.add("do", {"n": n})
    jobs = await everything(queue, State.WAITING, limit)
    assert len({job.id for job in jobs}) == len(jobs) == 40


async def test_waiting_jobs_are_listed_in_the_order_of_their_turn(app: Backbeat) -> None:
    queue = app.queue("work")
    order: list[int] = []

    @queue.job()
    async def do(n: int) -> None:
        order.append(n)

    for n, (priority, lifo) in enumerate(
        [(5, False), (9, False), (1, False), (5, True), (9, True), (5, False), (5, True)]
    ):
        await do.options(priority=priority, lifo=lifo).enqueue(n)
    listed = [job.arguments["n"] for job in await everything(queue, State.WAITING, 3)]
    await drain(app)
    assert listed == order


async def test_removed_jobs_are_not_listed(app: Backbeat) -> None:
    queue = app.queue("work")
    handles = [await queue.add("do", {}) for _ in range(6)]
    for handle in handles[::2]:
        await handle.remove()
    jobs = await everything(queue, State.WAITING, 2)
    assert [job.id for job in jobs] == [handle.id for handle in handles[1::2]]


async def test_delayed_jobs_are_listed_by_their_due_time(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")
    for delay in (30, 10, 20):
        await queue.add("do", {}, delay=delay)
    jobs = await everything(queue, State.DELAYED, 2)
    due = [job.due_at for job in jobs]
    assert [(at - clock.now()).total_seconds() for at in due if at] == [10, 20, 30]


async def test_many_jobs_of_the_same_due_time_are_listed_once_each(app: Backbeat) -> None:
    queue = app.queue("work")
    handles = await queue.add_many([("do", {}) for _ in range(50)], delay=10)
    jobs = await everything(queue, State.DELAYED, 7)
    assert sorted(job.id for job in jobs) == sorted(handle.id for handle in handles)


async def test_ended_jobs_are_listed_the_newest_first(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do(n: int) -> None:
        clock.advance(1)

    for n in range(5):
        await do.enqueue(n)
    await drain(app)
    jobs = await everything(queue, State.COMPLETED, 2)
    assert [job.arguments["n"] for job in jobs] == [4, 3, 2, 1, 0]
    assert all(job.finished_at is not None for job in jobs)


async def test_running_jobs_are_listed(app: Backbeat) -> None:
    queue = app.queue("work")
    listed: list[str] = []

    @queue.job()
    async def look() -> None:
        listed.extend(job.id for job in (await queue.list(State.ACTIVE)).jobs)

    handle = await look.enqueue()
    await drain(app)
    assert listed == [handle.id]
