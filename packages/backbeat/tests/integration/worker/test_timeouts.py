"""A job that runs too long loses its slot and its right to finish, in every mode."""

import asyncio
import threading
import time

import pytest

from backbeat import Backbeat, Job, Retry, State
from backbeat.worker.pools.threads import Abandoned
from packages.backbeat.tests.support.working import ended, reaches, until, working


async def test_a_coroutine_is_cancelled_at_its_timeout(app: Backbeat) -> None:
    queue = app.queue("q")
    cleaned: list[str] = []

    @queue.job(timeout=0.05)
    async def slow() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append("up")

    async with working(app):
        info = await ended(queue, (await slow.enqueue()).id)
    assert cleaned == ["up"]
    assert info.error is not None
    assert (info.error.error, info.error.reason) == ("TimeoutError", "timeout")


async def test_a_timeout_is_a_failure_like_any_other(app: Backbeat) -> None:
    queue = app.queue("q", timeout=0.05, retry=Retry(attempts=2, delay=0))
    runs: list[int] = []

    @queue.job()
    async def slow_once() -> str:
        runs.append(Job.current().attempt)
        if len(runs) == 1:
            await asyncio.Event().wait()
        return "second time"

    async with working(app):
        assert await (await slow_once.enqueue()).result(5) == "second time"
    assert runs == [1, 2]


async def test_a_job_brings_its_own_timeout(app: Backbeat) -> None:
    queue = app.queue("q", timeout=60)

    @queue.job()
    async def slow() -> None:
        await asyncio.Event().wait()

    async with working(app):
        handle = await slow.options(timeout=0.05).enqueue()
        assert (await ended(queue, handle.id)).state is State.FAILED


async def test_what_returns_in_its_grace_has_its_result(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job(timeout=0.05)
    async def stubborn() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "saved what there was"
        return ""

    async with working(app, cancel_grace=5):
        assert await (await stubborn.enqueue()).result(5) == "saved what there was"


async def test_who_swallows_its_cancel_is_fenced_and_its_slot_is_free(
    app: Backbeat, caplog: pytest.LogCaptureFixture
) -> None:
    queue = app.queue("q")
    release = asyncio.Event()
    late: list[str] = []

    @queue.job(timeout=0.05, retry=Retry(attempts=2, delay=0))
    async def swallows() -> str:
        job = Job.current()
        if job.attempt == 2:
            return "the second attempt"
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        job.progress(99)
        job.log("too late")
        late.append("over")
        return "the first attempt"

    async with working(app, concurrency=1, cancel_grace=0.05):
        handle = await swallows.enqueue()
        assert await handle.result(5) == "the second attempt"
        release.set()
        await until(lambda: bool(late))
        info = await handle.info()
        logs = list(await handle.logs())
    assert (info.result, info.progress, logs) == ("the second attempt", None, [])
    assert "what it still does is ignored" in caplog.text


async def test_too_many_zombies_retire_the_worker(app: Backbeat) -> None:
    queue = app.queue("q")
    release = asyncio.Event()
    worn: list[str] = []

    @queue.job(timeout=0.03)
    async def swallows() -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    async with working(app, cancel_grace=0.03, max_zombies=2, on_worn=worn.append):
        first = await swallows.enqueue()
        await ended(queue, first.id)
        assert worn == []
        await ended(queue, (await swallows.enqueue()).id)
        assert worn == ["2 handlers have ignored their end"]
        release.set()


async def test_a_thread_is_replaced_and_told_once(app: Backbeat) -> None:
    queue = app.queue("q")
    told = threading.Event()

    @queue.job(timeout=0.05)
    def slow() -> None:
        try:
            while True:
                time.sleep(0.001)
        except Abandoned:
            told.set()
            raise

    @queue.job()
    def quick() -> str:
        return "in another thread"

    async with working(app, concurrency=1):
        info = await ended(queue, (await slow.enqueue()).id)
        assert await (await quick.enqueue()).result(5) == "in another thread"
        assert await asyncio.to_thread(told.wait, 5)
    assert info.error is not None
    assert info.error.reason == "timeout"


async def test_a_thread_that_will_not_end_counts_as_a_zombie(app: Backbeat) -> None:
    queue = app.queue("q")
    release = threading.Event()
    worn: list[str] = []

    @queue.job(timeout=0.03)
    def deaf() -> None:
        while not release.is_set():
            try:
                release.wait(5)
            except Abandoned:
                continue

    async with working(app, max_zombies=2, on_worn=worn.append):
        for _ in range(2):
            await ended(queue, (await deaf.enqueue()).id)
        await until(lambda: bool(worn))
        release.set()
    assert worn == ["2 handlers have ignored their end"]


async def test_threads_that_end_when_they_are_told_to_do_not_wear_out_a_worker(
    app: Backbeat,
) -> None:
    queue = app.queue("q")
    worn: list[str] = []
    never = threading.Event()

    @queue.job(timeout=0.05)
    def polite() -> None:
        while not never.is_set():
            time.sleep(0.001)

    async with working(app, cancel_grace=0.1, on_worn=worn.append) as worker:
        handles = [await polite.enqueue() for _ in range(4)]
        for handle in handles:
            await ended(queue, handle.id)
        await until(lambda: not worker._threads.zombies)
        await until(lambda: not worker._zombies.pending)
    assert worn == []


async def test_a_job_that_waited_too_long_is_not_started(app: Backbeat) -> None:
    queue = app.queue("q")
    ran: list[str] = []

    @queue.job(wait_timeout=0.02)
    async def fresh_only() -> None:
        ran.append("it ran")

    handle = await fresh_only.enqueue()
    await asyncio.sleep(0.05)
    async with working(app):
        info = await ended(queue, handle.id)
    assert ran == []
    assert info.error is not None
    assert info.error.reason == "expired"


async def test_a_job_may_only_live_so_long(app: Backbeat) -> None:
    queue = app.queue("q", retry=Retry(attempts=100, delay=0.02))

    @queue.job()
    async def fail() -> None:
        raise ValueError("again")

    @queue.job(deadline=0.1)
    async def slow() -> None:
        await asyncio.Event().wait()

    async with working(app):
        failing = await fail.options(deadline=0.15).enqueue()
        running = await slow.enqueue()
        infos = [await ended(queue, handle.id) for handle in (failing, running)]
    assert [info.error.reason for info in infos if info.error] == ["expired", "expired"]
    assert 2 <= len(infos[0].history) < 20
    assert len(infos[1].history) == 1


@pytest.mark.parametrize("hours", [-1, 1])
@pytest.mark.parametrize("face", ["async", "sync"])
async def test_a_producer_with_a_wrong_clock_changes_no_deadline(
    app: Backbeat, monkeypatch: pytest.MonkeyPatch, hours: int, face: str
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        return "in time"

    now, now_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: now() + hours * 3600)
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() + hours * 3600 * 10**9)
    patient, hasty = job.options(wait_timeout=60, deadline=60), job.options(wait_timeout=0.02)
    if face == "async":
        ids = [(await patient.enqueue()).id, (await hasty.enqueue()).id]
    else:
        ids = [(await asyncio.to_thread(each.sync.enqueue)).id for each in (patient, hasty)]
    await asyncio.sleep(0.05)
    async with working(app):
        states = [(await ended(queue, job_id)).state for job_id in ids]
    assert states == [State.COMPLETED, State.FAILED]


async def test_thousands_of_jobs_with_a_timeout_cost_one_timer(app: Backbeat) -> None:
    queue = app.queue("q")
    slow_ones: list[int] = []

    @queue.job(timeout=30)
    async def quick() -> None:
        return None

    @queue.job(timeout=0.1)
    async def slow() -> None:
        slow_ones.append(1)
        await asyncio.Event().wait()

    async with working(app, concurrency=50):
        late = await slow.enqueue()
        await until(lambda: bool(slow_ones))
        await queue.add_many([quick.call() for _ in range(1_000)])
        assert (await ended(queue, late.id)).state is State.FAILED
        last = await quick.enqueue()
        await ended(queue, last.id)
    assert (await queue.counts()).total_completed == 1_001


async def test_a_job_that_runs_for_long_is_reported_once_and_goes_on(
    app: Backbeat, caplog: pytest.LogCaptureFixture
) -> None:
    queue = app.queue("q")
    go_on = asyncio.Event()

    @queue.job(stale_after=0.03, timeout=60)
    async def long() -> str:
        await go_on.wait()
        return "done"

    async with working(app):
        handle = await long.enqueue()
        await until(lambda: "is stale" in caplog.text)
        stale = await reaches(queue, handle.id, lambda info: info.stale_since is not None)
        assert stale.state is State.ACTIVE
        with pytest.raises(TimeoutError):
            await handle.result(0.1)
        go_on.set()
        assert await handle.result(5) == "done"
        assert (await handle.info()).stale_since is None
        async with queue.events("0-0", kinds=["stale", "completed"]) as events:
            assert [(await anext(events)).kind for _ in range(2)] == ["stale", "completed"]  # type: ignore[union-attr]
    assert caplog.text.count("is stale") == 1


async def test_who_watches_a_job_hears_that_it_is_stale(app: Backbeat) -> None:
    queue = app.queue("q")
    go_on = asyncio.Event()

    @queue.job(stale_after=0.3)
    async def long() -> str:
        await go_on.wait()
        return "done"

    async with working(app):
        handle, kinds = await long.enqueue(), []
        async for event in handle.events():
            kinds.append(event.kind)
            go_on.set()
    assert kinds == ["stale", "completed"]


async def test_a_stale_job_still_has_its_timeout(
    app: Backbeat, caplog: pytest.LogCaptureFixture
) -> None:
    queue = app.queue("q")

    @queue.job(stale_after=0.02, timeout=0.08)
    async def endless() -> None:
        await asyncio.Event().wait()

    async with working(app):
        info = await ended(queue, (await endless.enqueue()).id)
    assert info.error is not None
    assert info.error.reason == "timeout"
    assert "is stale" in caplog.text
