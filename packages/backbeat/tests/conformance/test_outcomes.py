"""What a handler may return instead of a result: Snooze and Cancel."""

from datetime import timedelta

import pytest

from backbeat import Backbeat, Cancel, JobCancelled, Retry, Snooze, State
from backbeat.testing import FakeClock, drain


async def test_a_snoozed_job_runs_again_after_the_given_time(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")
    began, at = clock.now(), list[float]()

    @queue.job()
    async def wait_for_it() -> Snooze | str:
        at.append((clock.now() - began).total_seconds())
        return "done" if len(at) == 3 else Snooze(timedelta(minutes=2))

    handle = await wait_for_it.enqueue()
    ran = await drain(app, delayed=True)
    assert at == [0, 120, 240]
    assert [each.outcome for each in ran] == ["snoozed", "snoozed", "completed"]
    assert await handle.result() == "done"


async def test_a_snooze_uses_no_attempt(app: Backbeat) -> None:
    queue = app.queue("work")
    numbers: list[int] = []

    @queue.job(retry=Retry.fixed(attempts=2, delay=1))
    async def snooze_then_fail() -> Snooze | None:
        numbers.append(len(numbers))
        if len(numbers) <= 4:
            return Snooze(1)
        raise ValueError

    handle = await snooze_then_fail.enqueue()
    ran = await drain(app, delayed=True)
    assert [each.outcome for each in ran] == ["snoozed"] * 4 + ["retried", "failed"]
    assert [each.attempt for each in ran] == [1, 1, 1, 1, 1, 2]
    assert (await handle.info()).failures == 2


async def test_a_snoozed_job_says_why_it_is_delayed(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def later() -> Snooze | None:
        return Snooze(60)

    handle = await later.enqueue()
    await drain(app)
    info = await handle.info()
    assert (info.state, info.reason, info.failures) == (State.DELAYED, "snooze", 0)
    assert [attempt.outcome for attempt in info.history] == ["snoozed"]


async def test_a_handler_can_say_that_its_job_is_not_to_be_done(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(retry=Retry.fixed(attempts=3, delay=1))
    async def charge() -> Cancel | None:
        return Cancel("paid already")

    handle = await charge.enqueue()
    ran = await drain(app, delayed=True)
    assert [each.outcome for each in ran] == ["cancelled"]
    info = await handle.info()
    assert (info.state, info.cancel_reason) == (State.CANCELLED, "paid already")
    with pytest.raises(JobCancelled, match="paid already"):
        await handle.result()


async def test_threads_have_the_same_outcomes(app: Backbeat) -> None:
    queue = app.queue("work")
    runs: list[int] = []

    @queue.job()
    def blocking(after: int) -> Snooze | Cancel | int:
        runs.append(after)
        if len(runs) == 1:
            return Snooze(5)
        return Cancel("enough") if after else len(runs)

    first = await blocking.enqueue(0)
    await drain(app, delayed=True)
    second = await blocking.enqueue(1)
    await drain(app, delayed=True)
    assert await first.result() == 2
    assert await second.state() is State.CANCELLED
