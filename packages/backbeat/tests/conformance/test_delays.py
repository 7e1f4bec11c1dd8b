"""Jobs that start later: by a delay, at a moment, and never before it."""

from datetime import UTC, datetime, timedelta

import pytest

from backbeat import Backbeat, InvalidOption, State
from backbeat.testing import FakeClock, drain


async def test_a_delayed_job_runs_when_its_time_has_come_and_not_before(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("reminders")

    @queue.job()
    async def remind() -> None: ...

    handle = await remind.options(delay=10).enqueue()
    clock.advance(9.999)
    assert await drain(app) == []
    assert await handle.state() is State.DELAYED
    clock.advance(0.001)
    assert [ran.id for ran in await drain(app)] == [handle.id]


async def test_a_delayed_job_says_when_it_is_due_and_why_it_waits(
    app: Backbeat, clock: FakeClock
) -> None:
    handle = await app.queue("reminders").add("remind", {}, delay=timedelta(minutes=5))
    info = await handle.info()
    assert info.due_at == clock.now() + timedelta(minutes=5)
    assert info.reason == "delay"


async def test_a_job_can_be_given_a_moment_in_any_time_zone(
    app: Backbeat, clock: FakeClock
) -> None:
    clock.move_to(datetime(2030, 6, 1, tzinfo=UTC))
    run_at = datetime.fromisoformat("2030-06-01T14:00:00+02:00")
    handle = await app.queue("reminders").add("remind", {}, run_at=run_at)
    assert (await handle.info()).due_at == datetime(2030, 6, 1, 12, tzinfo=UTC)


async def test_a_moment_that_has_passed_means_at_once(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("reminders")

    @queue.job()
    async def remind() -> None: ...

    await remind.options(run_at=clock.now() - timedelta(days=1)).enqueue()
    assert len(await drain(app)) == 1


async def test_a_naive_moment_is_refused(app: Backbeat) -> None:
    with pytest.raises(InvalidOption, match="time zone"):
        await app.queue("reminders").add("remind", {}, run_at=datetime(2030, 6, 1))  # noqa: DTZ001


async def test_a_delay_and_a_moment_exclude_each_other(app: Backbeat, clock: FakeClock) -> None:
    with pytest.raises(InvalidOption, match="exclude"):
        await app.queue("reminders").add("remind", {}, delay=1, run_at=clock.now())


async def test_delayed_jobs_run_in_the_order_of_their_due_times(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("reminders")
    order: list[int] = []

    @queue.job()
    async def remind(after: int) -> None:
        order.append(after)

    for after in (30, 10, 20):
        await remind.options(delay=after).enqueue(after)
    clock.advance(60)
    await drain(app)
    assert order == [10, 20, 30]


async def test_draining_what_is_delayed_moves_the_clock_to_each_due_time(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("reminders")
    began, at = clock.now(), list[float]()

    @queue.job()
    async def remind() -> None:
        at.append((clock.now() - began).total_seconds())

    for after in (90, 3600, 5):
        await remind.options(delay=after).enqueue()
    await drain(app, delayed=True)
    assert at == [5, 90, 3600]


async def test_many_jobs_that_fall_due_together_all_run(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("reminders")

    @queue.job()
    async def remind(n: int) -> None: ...

    await queue.add_many([remind.options(delay=10).call(n) for n in range(1_200)])
    clock.advance(10)
    assert len(await drain(app, concurrency=100)) == 1_200
