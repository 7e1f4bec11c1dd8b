"""Pausing a queue: nothing starts, nothing is lost, and every job says why it waits."""

import asyncio

from backbeat import Backbeat, State
from backbeat.testing import FakeClock, drain


async def test_nothing_of_a_paused_queue_starts(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    await do.enqueue()
    await queue.pause()
    await do.enqueue()
    assert await drain(app) == []
    counts = await queue.counts()
    assert (counts.waiting, counts.paused) == (2, True)


async def test_a_waiting_job_says_that_its_queue_is_paused(app: Backbeat) -> None:
    queue = app.queue("work")
    handle = await queue.add("do", {})
    assert (await handle.info()).reason == "worker"
    await queue.pause()
    assert (await handle.info()).reason == "paused"


async def test_a_resumed_queue_goes_on_in_its_order(app: Backbeat) -> None:
    queue = app.queue("work")
    order: list[int] = []

    @queue.job()
    async def do(n: int) -> None:
        order.append(n)

    await do.enqueue(1)
    await queue.pause()
    await do.enqueue(2)
    await drain(app)
    await queue.resume()
    assert not (await queue.counts()).paused
    await drain(app)
    assert order == [1, 2]


async def test_what_falls_due_while_the_queue_is_paused_waits(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    handle = await do.options(delay=10).enqueue()
    await queue.pause()
    clock.advance(11)
    assert await drain(app) == []
    info = await handle.info()
    assert (info.state, info.reason) == (State.WAITING, "paused")


async def test_pausing_one_queue_leaves_others_alone(app: Backbeat) -> None:
    paused, other = app.queue("paused"), app.queue("other")

    async def do() -> None: ...

    for queue in (paused, other):
        await queue.job("do")(do).enqueue()
    await paused.pause()
    assert [ran.queue for ran in await drain(app)] == ["other"]


async def test_what_runs_when_the_queue_is_paused_goes_on(app: Backbeat) -> None:
    queue = app.queue("work")
    began, go_on = asyncio.Event(), asyncio.Event()

    @queue.job()
    async def do() -> str:
        began.set()
        await go_on.wait()
        return "done"

    handle = await do.enqueue()
    draining = asyncio.create_task(drain(app))
    await began.wait()
    await queue.pause()
    go_on.set()
    await draining
    assert await handle.result() == "done"


async def test_pausing_twice_is_pausing_once(app: Backbeat) -> None:
    queue = app.queue("work")
    await queue.pause()
    await queue.pause()
    await queue.resume()
    assert not (await queue.counts()).paused


async def test_a_worker_does_not_resume_a_queue_by_starting(app: Backbeat) -> None:
    queue = app.queue("work", max_running=3)
    await queue.pause()
    await drain(app)
    assert (await queue.counts()).paused
