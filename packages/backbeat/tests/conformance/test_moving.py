"""Moving jobs by hand: remove, promote, retry, reschedule, change."""

from datetime import timedelta

import pytest

from backbeat import Backbeat, InvalidPayload, JobActive, JobNotFound, Retry, State
from backbeat.testing import FakeClock, drain


async def test_a_removed_job_is_gone_and_never_runs(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    for options in ({}, {"priority": 9}, {"delay": 0.001}):
        handle = await do.options(**options).enqueue()
        await handle.remove()
        with pytest.raises(JobNotFound):
            await handle.info()
    assert await drain(app, delayed=True) == []


async def test_an_ended_job_can_be_removed(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> int:
        return 1

    handle = await do.enqueue()
    await drain(app)
    await handle.remove()
    assert (await queue.counts()).completed == 0


async def test_a_running_job_cannot_be_removed(app: Backbeat) -> None:
    queue = app.queue("work")
    refused: list[JobActive] = []

    @queue.job()
    async def remove_yourself() -> None:
        with pytest.raises(JobActive) as error:
            await remove_yourself.handle("me").remove()
        refused.append(error.value)

    handle = await remove_yourself.options(id="me").enqueue()
    await drain(app)
    assert [error.job_id for error in refused] == ["me"]
    assert await handle.state() is State.COMPLETED


async def test_many_jobs_are_removed_in_one_call(app: Backbeat) -> None:
    queue = app.queue("work")
    handles = await queue.add_many([("do", {}) for _ in range(1_500)])
    removed = await queue.remove(*(handle.id for handle in handles), "nobody")
    assert (removed.count, removed.active) == (1_500, ())
    assert (await queue.counts()).waiting == 0


async def test_a_promoted_job_does_not_wait_for_its_time(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    handle = await do.options(delay=3600).enqueue()
    await handle.promote()
    assert await handle.state() is State.WAITING
    assert len(await drain(app)) == 1


async def test_a_failed_job_is_retried_with_all_its_attempts(app: Backbeat) -> None:
    queue = app.queue("work")
    broken = True

    @queue.job(retry=Retry.fixed(attempts=2, delay=1))
    async def do() -> str:
        if broken:
            raise ValueError
        return "mended"

    handle = await do.enqueue()
    assert len(await drain(app, delayed=True)) == 2
    await handle.retry()
    assert await handle.state() is State.WAITING
    assert len(await drain(app, delayed=True)) == 2
    broken = False
    await handle.retry()
    await drain(app, delayed=True)
    assert await handle.result() == "mended"


async def test_a_retried_job_has_its_history_still(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def fail() -> None:
        raise ValueError

    handle = await fail.enqueue()
    for _ in range(2):
        await drain(app)
        await handle.retry()
    await drain(app)
    assert [attempt.outcome for attempt in (await handle.info()).history] == ["failed"] * 3


async def test_failed_jobs_are_retried_by_what_they_are(app: Backbeat) -> None:
    queue = app.queue("work")

    async def fail(error: str) -> None:
        raise {"ValueError": ValueError, "KeyError": KeyError}[error]

    for name in ("one", "other"):
        job = queue.job(name)(fail)
        for error in ("ValueError", "KeyError"):
            await job.enqueue(error)
    await drain(app)
    assert await queue.retry_where(state=State.FAILED, name="one", error="KeyError") == 1
    assert [(ran.name, ran.error.split(":")[0]) for ran in await drain(app)] == [
        ("one", "KeyError")
    ]


async def test_a_job_can_be_given_another_time(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    waiting = await do.enqueue()
    delayed = await do.options(delay=100).enqueue()
    await waiting.reschedule(delay=50)
    await delayed.reschedule(run_at=clock.now() + timedelta(seconds=10))
    assert await waiting.state() is State.DELAYED
    ran = await drain(app, delayed=True)
    assert [each.id for each in ran] == [delayed.id, waiting.id]


async def test_the_arguments_of_a_waiting_job_can_be_changed(app: Backbeat) -> None:
    queue = app.queue("work")
    seen: list[str] = []

    @queue.job()
    async def greet(name: str) -> None:
        seen.append(name)

    handle = await greet.options(priority=7).enqueue("Ada")
    await queue.update_data(handle.id, {"name": "Grace"})
    assert (await handle.info()).priority == 7
    await drain(app)
    assert seen == ["Grace"]


async def test_changed_arguments_are_checked_like_new_ones(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def greet(name: str) -> None: ...

    handle = await greet.enqueue("Ada")
    with pytest.raises(InvalidPayload, match="name"):
        await queue.update_data(handle.id, {"name": 1})
    assert (await handle.info()).arguments == {"name": "Ada"}


async def test_commands_about_nobody_say_so(app: Backbeat) -> None:
    queue = app.queue("work")
    with pytest.raises(JobNotFound):
        await queue.reschedule("nobody", delay=1)
    with pytest.raises(JobNotFound):
        await queue.update_data("nobody", {})
    assert await queue.promote("nobody") == 0
    assert await queue.retry("nobody") == 0
    assert (await queue.remove("nobody")).count == 0
