"""Cancelling a job in each of its states, from outside."""

import asyncio
import time

import pytest

from backbeat import Backbeat, Cancel, Job, JobCancelled, Retry, State
from backbeat.testing import FakeClock, drain


async def test_a_waiting_job_is_cancelled_at_once_and_never_runs(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def never() -> None: ...

    handle = await never.enqueue()
    await handle.cancel("changed our mind")
    assert await drain(app) == []
    info = await handle.info()
    assert (info.state, info.cancel_reason) == (State.CANCELLED, "changed our mind")


async def test_a_job_with_a_priority_is_cancelled_at_once(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(priority=9)
    async def never() -> None: ...

    handle = await never.enqueue()
    await handle.cancel()
    assert await drain(app) == []
    assert await handle.state() is State.CANCELLED


async def test_a_delayed_job_is_cancelled_at_once(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job()
    async def never() -> None: ...

    handle = await never.options(delay=10).enqueue()
    await handle.cancel()
    clock.advance(11)
    assert await drain(app) == []
    assert await handle.state() is State.CANCELLED


async def test_a_job_between_two_attempts_is_cancelled(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(retry=Retry.fixed(attempts=3, delay=10))
    async def fail() -> None:
        raise ValueError

    handle = await fail.enqueue()
    await drain(app)
    await handle.cancel()
    assert await drain(app, delayed=True) == []
    assert await handle.state() is State.CANCELLED


async def test_a_running_coroutine_is_interrupted(app: Backbeat) -> None:
    queue = app.queue("work")
    began, interrupted = asyncio.Event(), asyncio.Event()

    @queue.job(retry=Retry.fixed(attempts=3, delay=1))
    async def run_on() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            interrupted.set()
            raise

    handle = await run_on.enqueue()
    draining = asyncio.create_task(drain(app, delayed=True))
    await began.wait()
    assert await handle.state() is State.ACTIVE
    await handle.cancel("no longer needed")
    ran = await draining
    assert interrupted.is_set()
    assert [(each.outcome, each.error) for each in ran] == [("cancelled", "no longer needed")]
    with pytest.raises(JobCancelled, match="no longer needed"):
        await handle.result()


async def test_a_function_in_a_thread_is_asked_to_end(app: Backbeat) -> None:
    queue = app.queue("work")
    loop = asyncio.get_running_loop()
    began = asyncio.Event()

    @queue.job()
    def count(job: Job) -> Cancel | None:
        loop.call_soon_threadsafe(began.set)
        for _ in range(10_000):
            if job.cancel_requested:
                return Cancel("as asked")
            time.sleep(0.001)  # a piece of work
        return None

    handle = await count.enqueue()
    draining = asyncio.create_task(drain(app))
    await began.wait()
    await handle.cancel("stop it")
    await draining
    assert await handle.state() is State.CANCELLED


@pytest.mark.parametrize("kind", ["completed", "failed", "cancelled"])
async def test_a_job_that_has_ended_stays_as_it_ended(app: Backbeat, kind: str) -> None:
    queue = app.queue("work")

    @queue.job()
    async def end(how: str) -> Cancel | None:
        if how == "failed":
            raise ValueError
        return Cancel("itself") if how == "cancelled" else None

    handle = await end.enqueue(kind)
    await drain(app)
    await handle.cancel("too late")
    info = await handle.info()
    assert info.state == kind
    assert info.cancel_reason != "too late"


async def test_a_cancelled_id_can_be_enqueued_again_when_it_is_replaced(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> str:
        return "done"

    first = await do.options(id="a").enqueue()
    await first.cancel()
    assert (await do.options(id="a").enqueue()).kept
    second = await do.options(id="a", on_kept="replace").enqueue()
    await drain(app)
    assert await second.result() == "done"
