"""A worker that lives on: it is woken, paused and stopped, and shares its queues with others."""

import asyncio

import pytest

from backbeat import Backbeat, ConfigurationError, JobCancelled, State, Worker
from backbeat.testing import drain


async def test_a_worker_that_waits_is_woken_by_a_new_job(app: Backbeat) -> None:
    @app.queue("work").job()
    async def double(n: int) -> int:
        return 2 * n

    async with Worker(app) as worker:
        await worker.ready()
        for n in range(3):
            handle = await double.enqueue(n)
            assert await handle.result(timeout=30) == 2 * n


async def test_two_workers_share_the_jobs_of_a_queue(app: Backbeat) -> None:
    queue = app.queue("work")
    runs: list[int] = []

    @queue.job()
    async def do(n: int) -> None:
        runs.append(n)
        await asyncio.sleep(0)

    handles = await queue.add_many([do.call(n) for n in range(200)])
    async with Worker(app, concurrency=5), Worker(app, concurrency=5):
        await asyncio.gather(*(handle.result(timeout=30) for handle in handles))
    assert sorted(runs) == list(range(200))


async def test_two_workers_run_what_must_meet(app: Backbeat) -> None:
    queue = app.queue("work")
    meeting = asyncio.Barrier(2)

    @queue.job()
    async def meet() -> None:
        await meeting.wait()

    async with Worker(app, concurrency=1) as one, Worker(app, concurrency=1) as other:
        await asyncio.gather(one.ready(), other.ready())
        handles = await queue.add_many([meet.call(), meet.call()])
        await asyncio.gather(*(handle.result(timeout=30) for handle in handles))


async def test_a_worker_runs_only_the_queues_it_is_given(app: Backbeat) -> None:
    async def do() -> str:
        return "done"

    handles = [await app.queue(name).job("do")(do).enqueue() for name in ("mine", "other")]
    async with Worker(app, queues=["mine"]):
        assert await handles[0].result(timeout=30) == "done"
    assert await handles[1].state() is State.WAITING


async def test_a_queue_that_is_not_declared_is_refused(app: Backbeat) -> None:
    app.queue("work")
    with pytest.raises(ConfigurationError, match="nowhere"):
        Worker(app, queues=["nowhere"])


async def test_no_more_jobs_of_a_queue_run_in_a_worker_than_it_says(app: Backbeat) -> None:
    queue = app.queue("work", concurrency=2)
    running, most = 0, 0

    @queue.job()
    async def do() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    handles = await queue.add_many([do.call() for _ in range(20)])
    async with Worker(app, concurrency=10):
        await asyncio.gather(*(handle.result(timeout=30) for handle in handles))
    assert most == 2


async def test_a_paused_worker_takes_nothing_until_it_is_resumed(app: Backbeat) -> None:
    @app.queue("work").job()
    async def do() -> str:
        return "done"

    async with Worker(app) as worker:
        await worker.ready()
        worker.pause()
        handle = await do.enqueue()
        with pytest.raises(TimeoutError):
            await handle.result(timeout=0.1)
        assert await handle.state() is State.WAITING
        worker.resume()
        assert await handle.result(timeout=30) == "done"


async def test_a_worker_goes_on_when_its_queue_is_resumed(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> str:
        return "done"

    await queue.pause()
    async with Worker(app) as worker:
        await worker.ready()
        handle = await do.enqueue()
        with pytest.raises(TimeoutError):
            await handle.result(timeout=0.1)
        await queue.resume()
        assert await handle.result(timeout=30) == "done"


async def test_a_stopping_worker_lets_its_jobs_end(app: Backbeat) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    @app.queue("work").job()
    async def do() -> str:
        began.set()
        await go_on.wait()
        return "done"

    handle = await do.enqueue()
    worker = Worker(app, grace=30)
    await worker.start()
    await began.wait()
    stopping = asyncio.create_task(worker.stop())
    later = await do.enqueue()
    go_on.set()
    await stopping
    assert await handle.result(timeout=30) == "done"
    assert await later.state() is State.WAITING


async def test_what_does_not_end_in_time_goes_back_without_having_lost_an_attempt(
    app: Backbeat,
) -> None:
    began = asyncio.Event()

    @app.queue("work").job()
    async def do(stays: bool) -> str:
        if not began.is_set():
            began.set()
            await asyncio.Event().wait()
        return "done"

    handle = await do.enqueue(True)
    waiting = await do.enqueue(False)
    worker = Worker(app, concurrency=1, grace=0)
    await worker.start()
    await began.wait()
    await worker.stop()
    info = await handle.info()
    assert (info.state, info.failures) == (State.WAITING, 0)
    ran = await drain(app)
    assert [(each.id, each.attempt) for each in ran] == [(handle.id, 1), (waiting.id, 1)]


async def test_a_job_that_runs_in_a_worker_is_cancelled_from_outside(app: Backbeat) -> None:
    began = asyncio.Event()

    @app.queue("work").job()
    async def run_on() -> None:
        began.set()
        await asyncio.Event().wait()

    handle = await run_on.enqueue()
    async with Worker(app):
        await began.wait()
        assert await handle.cancel("enough") == "flagged"
        with pytest.raises(JobCancelled, match="enough"):
            await handle.result(timeout=30)


async def test_a_worker_is_listed_while_it_lives(app: Backbeat) -> None:
    queue = app.queue("work")
    async with Worker(app) as worker:
        await worker.ready()
        assert [each.name for each in await queue.workers()] == [worker.name]
    assert await queue.workers() == []
