"""How a worker ends: with its jobs done or given back, within its grace, and nothing lost."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backbeat import Backbeat, Job, State
from backbeat.engine.keys import QueueKeys
from backbeat.worker import Worker
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import is_in, until, working


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_running_jobs_end_and_waiting_ones_stay(app: Backbeat) -> None:
    queue = app.queue("q")
    go_on = asyncio.Event()
    started: list[int] = []

    @queue.job()
    async def job(number: int) -> str:
        started.append(number)
        await go_on.wait()
        return "done"

    async with working(app, concurrency=2) as worker:
        handles = [await job.enqueue(number) for number in range(4)]
        await until(lambda: len(started) == 2)
        stopping = asyncio.create_task(worker.stop())
        await asyncio.sleep(0.05)
        go_on.set()
        await stopping
        states = [(await handle.info()).state for handle in handles]
    assert states == [State.COMPLETED, State.COMPLETED, State.WAITING, State.WAITING]
    assert started == [0, 1]


async def test_what_does_not_end_in_the_grace_goes_back_to_the_head_without_losing_an_attempt(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")
    cleaned: list[str] = []

    @queue.job()
    async def endless(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append(name)

    async with working(app, concurrency=1) as worker:
        first = await endless.enqueue("first")
        await endless.enqueue("second")
        await is_in(queue, first.id, State.ACTIVE)
        began = now()
        await worker.stop(0.1)
        assert 0.1 <= now() - began < 10
    info = await first.info()
    assert cleaned == ["first"]
    assert info.state is State.WAITING
    assert [attempt.outcome for attempt in info.history] == ["released"]
    assert (info.attempts, info.failures) == (1, 0)
    keys = QueueKeys(namespace, "q")
    assert server.client.lindex(keys.key("waiting"), -1) == first.id.encode()
    assert server.client.hlen(keys.key("workers")) == 0
    assert server.client.zcard(keys.key("leases")) == 0


async def test_the_next_worker_runs_it_as_the_same_attempt(app: Backbeat) -> None:
    queue = app.queue("q")
    attempts: list[int] = []

    @queue.job()
    async def job(job: Job) -> str:
        attempts.append(job.attempt)
        if len(attempts) == 1:
            await asyncio.Event().wait()
        return "done"

    async with working(app, grace=0.05):
        handle = await job.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
    async with working(app):
        assert await handle.result(5) == "done"
    assert attempts == [1, 1]


async def test_even_deaf_handlers_do_not_hold_up_the_end(app: Backbeat) -> None:
    queue = app.queue("q")
    release = asyncio.Event()
    thread_release = threading.Event()

    @queue.job()
    async def deaf() -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    @queue.job()
    def deaf_thread() -> None:
        thread_release.wait(10)

    async with working(app) as worker:
        handles = [await deaf.enqueue(), await deaf_thread.enqueue()]
        for handle in handles:
            await is_in(queue, handle.id, State.ACTIVE)
        began = now()
        await worker.stop(0.05)
        assert now() - began < 5
        infos = [await handle.info() for handle in handles]
    release.set()
    thread_release.set()
    assert [info.state for info in infos] == [State.WAITING, State.WAITING]
    assert [info.history[0].outcome for info in infos] == ["released", "released"]


async def test_a_second_stop_without_grace_ends_the_first(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def endless() -> None:
        await asyncio.Event().wait()

    async with working(app) as worker:
        handle = await endless.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        began = now()
        stopping = asyncio.create_task(worker.stop(30))
        await asyncio.sleep(0)
        await worker.stop(0)
        await stopping
        assert now() - began < 10
    assert (await handle.info()).state is State.WAITING


async def test_a_stop_during_the_start_leaves_nothing_behind(
    server: PrivateServer, namespace: str
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        begun.set()
        await go_on.wait()
        yield

    app = Backbeat(server.url, namespace=namespace, lifespan=lifespan)
    app.queue("q")
    worker = Worker(app)
    running = asyncio.create_task(worker.run())
    await begun.wait()
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.wait_for(asyncio.gather(running, stopping), 5)
    assert server.client.hlen(QueueKeys(namespace, "q").key("workers")) == 0
    await app.close()


async def test_a_worker_that_was_stopped_before_its_start_does_not_start(app: Backbeat) -> None:
    app.queue("q")
    worker = Worker(app)
    await worker.stop()
    await asyncio.wait_for(worker.run(), 5)
    assert worker._lanes == []


async def test_cancelling_run_stops_the_worker(app: Backbeat) -> None:
    queue = app.queue("q")
    go_on = asyncio.Event()

    @queue.job()
    async def job() -> str:
        go_on.set()
        await asyncio.sleep(0.05)
        return "finished in the grace"

    handle = await job.enqueue()
    running = asyncio.create_task(Worker(app, grace=5).run())
    await go_on.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await handle.result(1) == "finished in the grace"


async def test_a_paused_worker_takes_nothing_until_it_is_resumed(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        return "done"

    async with working(app) as worker:
        worker.pause()
        handle = await job.enqueue()
        with pytest.raises(TimeoutError):
            await handle.result(0.1)
        worker.resume()
        assert await handle.result(5) == "done"


async def test_a_quiet_worker_finishes_what_it_has_and_takes_nothing_more(app: Backbeat) -> None:
    queue = app.queue("q")
    go_on = asyncio.Event()

    @queue.job()
    async def job(number: int) -> int:
        await go_on.wait()
        return number

    async with working(app) as worker:
        first = await job.enqueue(1)
        await is_in(queue, first.id, State.ACTIVE)
        worker.quiet()
        second = await job.enqueue(2)
        go_on.set()
        assert await first.result(5) == 1
        with pytest.raises(TimeoutError):
            await second.result(0.1)


async def test_an_error_in_the_body_of_a_program_still_stops_its_worker(app: Backbeat) -> None:
    app.queue("q")
    worker = Worker(app)

    async def program() -> None:
        async with worker:
            raise LookupError("elsewhere")

    with pytest.raises(LookupError):
        await asyncio.wait_for(program(), 5)
    assert worker._over.is_set()


async def test_nothing_is_left_running_after_a_stop(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> None:
        return None

    async with app:
        tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
        async with working(app):
            handle = await job.enqueue()
            await is_in(queue, handle.id, State.COMPLETED)
        left = {task.get_name() for task in asyncio.all_tasks() - tasks if not task.done()}
        assert not {name for name in left if not name.startswith("backbeat: replies")}
        assert not {thread.name for thread in set(threading.enumerate()) - threads}
