"""What stays of jobs that have ended: by number, age and bytes, for a queue and for one job."""

import pytest

from backbeat import Backbeat, Cancel, InvalidOption, Keep, State
from backbeat.testing import FakeClock, drain

# Trimming goes in steps: so many more than asked may be there for a while.
STEP = 50


async def test_by_default_an_ended_job_stays(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    handle = await do.enqueue()
    await drain(app)
    assert await handle.state() is State.COMPLETED


async def test_no_more_than_the_number_asked_for_stays(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(completed=20))

    @queue.job()
    async def do(n: int) -> None: ...

    await queue.add_many([do.call(n) for n in range(200)])
    await drain(app, concurrency=20)
    counts = await queue.counts()
    assert 20 <= counts.completed <= 20 + STEP
    assert counts.total_completed == 200


async def test_the_newest_stay(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work", keep=Keep(completed=5))

    @queue.job()
    async def do(n: int) -> None:
        clock.advance(1)

    await queue.add_many([do.call(n) for n in range(100)])
    await drain(app)
    page = await queue.list(State.COMPLETED, limit=5)
    assert [job.arguments["n"] for job in page.jobs] == [99, 98, 97, 96, 95]


async def test_a_queue_can_keep_none_of_its_completed_jobs(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(completed=0))

    @queue.job()
    async def do() -> int:
        return 1

    await do.enqueue()
    await drain(app)
    counts = await queue.counts()
    assert (counts.completed, counts.total_completed) == (0, 1)


async def test_each_final_state_has_a_number_of_its_own(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(completed=0, failed=None, cancelled=0))

    @queue.job()
    async def end(how: str) -> Cancel | None:
        if how == "failed":
            raise ValueError
        return Cancel("itself") if how == "cancelled" else None

    for how in ("completed", "failed", "cancelled"):
        await end.enqueue(how)
    await drain(app)
    counts = await queue.counts()
    assert (counts.completed, counts.failed, counts.cancelled) == (0, 1, 0)


async def test_an_ended_job_goes_when_it_is_old(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work", keep=Keep(completed_for=60, failed_for=600))

    @queue.job()
    async def end(how: str) -> None:
        if how == "failed":
            raise ValueError

    for how in ("completed", "failed"):
        await end.enqueue(how)
    await drain(app)
    clock.advance(59)
    await drain(app)
    assert (await queue.counts()).completed == 1
    clock.advance(2)
    await drain(app)
    counts = await queue.counts()
    assert (counts.completed, counts.failed) == (0, 1)
    clock.advance(600)
    await drain(app)
    assert (await queue.counts()).failed == 0


async def test_ended_jobs_hold_no_more_bytes_than_they_may(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(max_bytes=50_000))

    @queue.job()
    async def do(data: str) -> str:
        return data

    await queue.add_many([do.call("x" * 1_000) for _ in range(100)])
    await drain(app, concurrency=10)
    # Each has its payload and its result: more than 2,000 bytes.
    assert 1 <= (await queue.counts()).completed <= 25


async def test_no_more_jobs_go_than_have_to(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(max_bytes=50_000))

    @queue.job()
    async def do(data: str) -> None: ...

    await queue.add_many([do.call("x" * 10_000) for _ in range(10)])
    await drain(app)
    # Each has a little more than 10,000 bytes: four fit.
    assert (await queue.counts()).completed == 4


async def test_jobs_that_go_when_they_end_hold_no_bytes(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(completed=10, max_bytes=50_000))

    @queue.job()
    async def do(data: str) -> str:
        return data

    await queue.add_many([do.call("x" * 1_000) for _ in range(400)])
    await drain(app, concurrency=200)
    # Ten of them have less than half of the bytes that may be held.
    assert (await queue.counts()).completed >= 10


async def test_an_ended_job_counts_with_the_bytes_that_it_has_now(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(max_bytes=50_000))

    @queue.job()
    async def do(data: str) -> None: ...

    changed = await do.enqueue("x")
    await drain(app)
    await queue.update_data(changed.id, {"data": "x" * 60_000})
    other = await do.enqueue("x")
    await drain(app)
    assert await changed.state() is None
    assert await other.state() is State.COMPLETED


async def test_one_job_can_be_kept_shorter_than_its_queue_says(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    short = await do.options(keep=10).enqueue()
    usual = await do.enqueue()
    await drain(app)
    clock.advance(11)
    await drain(app)
    assert [job.id for job in (await queue.list(State.COMPLETED)).jobs] == [usual.id]
    assert (await do.options(id=short.id).enqueue()).created


async def test_one_job_can_be_kept_longer_than_its_queue_says(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work", keep=Keep(completed_for=10))

    @queue.job()
    async def do() -> None: ...

    long = await do.options(keep=100).enqueue()
    await do.enqueue()
    await drain(app)
    clock.advance(50)
    await drain(app)
    assert [job.id for job in (await queue.list(State.COMPLETED)).jobs] == [long.id]
    clock.advance(51)
    await drain(app)
    assert (await queue.counts()).completed == 0


async def test_one_job_can_be_kept_where_its_queue_keeps_none(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(completed=0))

    @queue.job()
    async def do() -> int:
        return 7

    kept = await do.options(keep=100).enqueue()
    await drain(app)
    assert await kept.result() == 7


async def test_nothing_of_one_job_is_kept(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do(how: str) -> None:
        if how == "fails":
            raise ValueError

    for how in ("completes", "fails"):
        await do.options(keep=0).enqueue(how)
    await drain(app)
    counts = await queue.counts()
    assert (counts.completed, counts.failed) == (0, 0)
    assert (counts.total_completed, counts.total_failed) == (1, 1)


async def test_a_handler_says_how_long_its_jobs_are_kept(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(keep=0)
    async def do() -> None: ...

    await do.enqueue()
    await drain(app)
    assert (await queue.counts()).completed == 0


async def test_a_negative_number_is_refused() -> None:
    with pytest.raises(InvalidOption, match="completed"):
        Keep(completed=-1)
