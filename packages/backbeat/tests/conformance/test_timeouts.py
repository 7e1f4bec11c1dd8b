"""Limits of time: of an attempt, of the wait before the first, and of a job's whole life."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from backbeat import Backbeat, Job, Retry, State
from backbeat.testing import FakeClock, drain


async def test_an_attempt_that_runs_too_long_is_interrupted(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job(timeout=10)
    async def sleepy() -> None:
        await clock.sleep(3600)

    handle = await sleepy.enqueue()
    await drain(app)
    info = await handle.info()
    assert info.state is State.FAILED
    assert info.error is not None
    assert (info.error.error, info.error.reason) == ("TimeoutError", "timeout")
    [attempt] = info.history
    assert (attempt.ended_at - attempt.started_at).total_seconds() == pytest.approx(10, abs=0.2)


async def test_an_attempt_within_its_time_is_left_alone(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job(timeout=10)
    async def brisk() -> str:
        await clock.sleep(9)
        return "in time"

    handle = await brisk.enqueue()
    await drain(app)
    assert await handle.result() == "in time"


async def test_a_timeout_uses_an_attempt_and_is_retried(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job(timeout=10, retry=Retry.fixed(attempts=2, delay=1))
    async def slow_at_first(job: Job) -> int:
        if job.attempt == 1:
            await clock.sleep(60)
        return job.attempt

    handle = await slow_at_first.enqueue()
    ran = await drain(app, delayed=True)
    assert [each.outcome for each in ran] == ["retried", "completed"]
    assert await handle.result() == 2


async def test_each_attempt_has_the_whole_time(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job(timeout=10, retry=Retry.fixed(attempts=3, delay=0))
    async def eight_seconds(job: Job) -> None:
        await clock.sleep(8)
        if job.attempt < 3:
            raise ValueError

    await eight_seconds.enqueue()
    ran = await drain(app, delayed=True)
    assert [each.outcome for each in ran] == ["retried", "retried", "completed"]


async def test_a_timeout_also_counts_by_the_clock_on_the_wall(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(timeout=0.05)
    async def for_ever() -> None:
        await asyncio.Event().wait()

    await for_ever.enqueue()
    assert [each.outcome for each in await drain(app)] == ["failed"]


async def test_the_timeout_of_one_job_replaces_that_of_its_handler(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job(timeout=10)
    async def half_a_minute() -> None:
        await clock.sleep(30)

    await half_a_minute.options(timeout=60).enqueue()
    assert [each.outcome for each in await drain(app)] == ["completed"]


async def test_a_job_that_waited_too_long_fails_without_being_started(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")
    started: list[int] = []

    @queue.job()
    async def note() -> None:
        started.append(1)

    handle = await note.options(wait_timeout=30).enqueue()
    clock.advance(31)
    await drain(app)
    info = await handle.info()
    assert started == []
    assert info.state is State.FAILED
    assert info.error is not None
    assert info.error.reason == "expired"


async def test_a_job_that_starts_in_time_may_run_longer_than_it_may_wait(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job(wait_timeout=30)
    async def long() -> None:
        await clock.sleep(100)

    await long.enqueue()
    clock.advance(29)
    assert [each.outcome for each in await drain(app)] == ["completed"]


@pytest.mark.parametrize("given_with", ["handler", "job"])
async def test_a_delay_is_no_part_of_the_wait(
    app: Backbeat, clock: FakeClock, given_with: str
) -> None:
    queue = app.queue("work")

    @queue.job(wait_timeout=30 if given_with == "handler" else None)
    async def note() -> None: ...

    options = note.options if given_with == "handler" else partial(note.options, wait_timeout=30)
    await options(delay=100).enqueue()
    await options(run_at=clock.now() + timedelta(seconds=100)).enqueue()
    clock.advance(129)
    assert [each.outcome for each in await drain(app)] == ["completed", "completed"]

    await options(delay=100).enqueue()
    clock.advance(131)
    assert [each.outcome for each in await drain(app)] == ["failed"]


async def test_the_wait_before_a_retry_is_not_a_wait_for_the_first_start(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job(wait_timeout=30, retry=Retry.fixed(attempts=2, delay=100))
    async def second_time(job: Job) -> None:
        if job.attempt == 1:
            raise ValueError

    await second_time.enqueue()
    ran = await drain(app, delayed=True)
    assert [each.outcome for each in ran] == ["retried", "completed"]


async def test_a_job_past_its_deadline_is_interrupted_and_not_retried(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job(deadline=20, retry=Retry.fixed(attempts=5, delay=1))
    async def sleepy() -> None:
        await clock.sleep(60)

    handle = await sleepy.enqueue()
    ran = await drain(app, delayed=True)
    assert [each.outcome for each in ran] == ["failed"]
    info = await handle.info()
    assert info.error is not None
    assert info.error.reason == "expired"


async def test_a_retry_that_would_come_after_the_deadline_is_not_made(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(deadline=20, retry=Retry.fixed(attempts=5, delay=15))
    async def fail() -> None:
        raise ValueError

    await fail.enqueue()
    ran = await drain(app, delayed=True)
    assert [each.outcome for each in ran] == ["retried", "failed"]


async def test_an_expired_job_that_is_retried_lives_anew(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job(deadline=20, wait_timeout=20)
    async def note() -> None: ...

    handle = await note.enqueue()
    clock.advance(21)
    assert [each.outcome for each in await drain(app)] == ["failed"]
    assert await queue.retry(handle.id) == 1
    clock.advance(19)
    assert [each.outcome for each in await drain(app)] == ["completed"]


async def test_a_retried_job_has_its_deadline_again(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job(deadline=20)
    async def note() -> None: ...

    handle = await note.enqueue()
    await drain(app)
    await queue.retry(handle.id, reset_attempts=False)
    clock.advance(21)
    assert [each.outcome for each in await drain(app)] == ["failed"]


async def test_a_job_that_an_operator_puts_off_does_not_expire_meanwhile(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job(deadline=30, wait_timeout=20)
    async def note() -> None: ...

    first, second = await note.enqueue(), await note.enqueue()
    for handle in (first, second):
        await queue.reschedule(handle.id, delay=100)
    clock.advance(119)
    assert [each.outcome for each in await drain(app)] == ["completed", "completed"]
    third = await note.enqueue()
    await queue.reschedule(third.id, delay=100)
    clock.advance(121)
    assert [each.outcome for each in await drain(app)] == ["failed"]
