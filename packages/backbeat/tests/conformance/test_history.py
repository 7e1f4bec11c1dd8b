"""What is written down about the attempts of a job."""

from datetime import datetime

from backbeat import Backbeat, Job, Retry
from backbeat.testing import FakeClock, drain


async def test_the_history_tells_each_attempt(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")
    times = list[datetime]()

    @queue.job(retry=Retry.fixed(attempts=2, delay=5))
    async def fail() -> None:
        times.append(clock.now())
        clock.advance(1)
        raise ValueError(f"number {len(times)}")

    handle = await fail.enqueue()
    await drain(app, delayed=True)
    first, second = (await handle.info()).history
    assert (first.number, first.outcome, first.error) == (1, "failed", "ValueError")
    assert (first.message, second.message) == ("number 1", "number 2")
    assert [first.started_at, second.started_at] == times
    assert (first.ended_at - first.started_at).total_seconds() == 1
    assert "raise ValueError" in first.trace


async def test_a_job_that_completes_at_once_has_no_history(app: Backbeat) -> None:
    @app.queue("work").job()
    async def do() -> None: ...

    handle = await do.enqueue()
    await drain(app)
    assert (await handle.info()).history == ()


async def test_a_long_history_loses_its_oldest_lines_and_no_count(app: Backbeat) -> None:
    @app.queue("work").job(retry=Retry.fixed(attempts=40, delay=0))
    async def fail(job: Job) -> None:
        raise ValueError(f"{job.attempt} " + "x" * 900)

    handle = await fail.enqueue()
    await drain(app, delayed=True)
    info = await handle.info()
    assert (info.attempts, info.failures) == (40, 40)
    assert 2 <= len(info.history) < 40
    assert [attempt.number for attempt in info.history][-2:] == [39, 40]
    written = sum(len(each.message) + len(each.trace) for each in info.history)
    assert written <= 16_384


async def test_an_attempt_has_its_number_and_those_allowed(app: Backbeat) -> None:
    seen: list[tuple[int, int]] = []

    @app.queue("work").job(retry=Retry.fixed(attempts=3, delay=0))
    async def fail(job: Job) -> None:
        seen.append((job.attempt, job.attempts))
        raise ValueError

    await fail.enqueue()
    await drain(app, delayed=True)
    assert seen == [(1, 3), (2, 3), (3, 3)]


async def test_the_fence_rises_with_every_attempt_of_a_queue(app: Backbeat) -> None:
    queue = app.queue("work")
    fences: list[int] = []

    @queue.job(retry=Retry.fixed(attempts=2, delay=0))
    async def note(job: Job, fails: bool) -> None:
        fences.append(job.fence)
        if fails:
            raise ValueError

    for fails in (False, True, False):
        await note.enqueue(fails)
    await drain(app, delayed=True)
    assert fences == sorted(set(fences))
    assert len(fences) == 4


async def test_an_idempotency_key_is_the_same_in_every_attempt_and_no_other(
    app: Backbeat,
) -> None:
    queue = app.queue("work")
    keys: list[str] = []

    @queue.job(retry=Retry.fixed(attempts=2, delay=0))
    async def charge(job: Job) -> None:
        keys.append(job.idempotency_key("charge"))
        raise ValueError

    for _ in range(2):
        await charge.enqueue()
    await drain(app, delayed=True)
    assert len(keys) == 4
    assert len(set(keys)) == 2
