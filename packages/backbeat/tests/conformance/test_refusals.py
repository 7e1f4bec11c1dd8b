"""Commands that do not fit the state of a job: refused, with the reason, and nothing is changed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from backbeat import (
    Backbeat,
    Cancel,
    InvalidOption,
    JobActive,
    JobError,
    JobNotFound,
    Queue,
    Retry,
    State,
)
from backbeat.testing import FakeClock, drain

Command = Callable[[Queue, str], Awaitable[object]]

COMMANDS: dict[str, Command] = {
    "reschedule": lambda queue, job_id: queue.reschedule(job_id, delay=10),
    "set_priority": lambda queue, job_id: queue.set_priority(job_id, 9),
    "update_data": lambda queue, job_id: queue.update_data(job_id, {}),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
async def test_a_running_job_is_left_alone(app: Backbeat, command: Command) -> None:
    queue = app.queue("work")
    refusals: list[JobActive] = []

    @queue.job()
    async def change_yourself() -> str:
        with pytest.raises(JobActive) as refusal:
            await command(queue, "me")
        refusals.append(refusal.value)
        return "unchanged"

    handle = await change_yourself.options(id="me").enqueue()
    await drain(app)
    assert [refusal.job_id for refusal in refusals] == ["me"]
    assert await handle.result() == "unchanged"


@pytest.mark.parametrize("name", ["reschedule", "set_priority"])
async def test_an_ended_job_does_not_move(app: Backbeat, name: str) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    handle = await do.enqueue()
    await drain(app)
    with pytest.raises(JobError):
        await COMMANDS[name](queue, handle.id)
    assert await handle.state() is State.COMPLETED


async def test_cancelling_nobody_is_an_error(app: Backbeat) -> None:
    with pytest.raises(JobNotFound):
        await app.queue("work").cancel("nobody")


async def test_removing_a_job_that_is_gone_is_an_error(app: Backbeat) -> None:
    handle = await app.queue("work").add("do", {})
    await handle.remove()
    with pytest.raises(JobNotFound):
        await handle.remove()


async def test_a_job_that_is_not_delayed_is_not_promoted(app: Backbeat) -> None:
    handle = await app.queue("work").add("do", {})
    assert await handle.promote() is False


async def test_a_job_that_has_not_ended_is_not_retried(app: Backbeat) -> None:
    queue = app.queue("work")
    for delay in (0, 60):
        handle = await queue.add("do", {}, delay=delay)
        assert await handle.retry() is False


async def test_a_new_time_needs_a_delay_or_a_moment(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")
    handle = await queue.add("do", {})
    with pytest.raises(InvalidOption):
        await handle.reschedule()
    with pytest.raises(InvalidOption):
        await handle.reschedule(delay=1, run_at=clock.now() + timedelta(seconds=1))


@pytest.mark.parametrize("how", ["completed", "cancelled"])
async def test_what_ended_well_or_on_request_can_run_again_too(app: Backbeat, how: str) -> None:
    queue = app.queue("work")
    runs: list[str] = []

    @queue.job()
    async def end(how: str) -> Cancel | int:
        runs.append(how)
        return Cancel() if how == "cancelled" else len(runs)

    handle = await end.enqueue(how)
    await drain(app)
    assert await handle.retry() is True
    await drain(app)
    assert runs == [how, how]
    assert await handle.state() == how


async def test_a_retry_that_forgets_nothing_gives_one_attempt(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(retry=Retry.fixed(attempts=3, delay=1))
    async def fail() -> None:
        raise ValueError

    handle = await fail.enqueue()
    assert len(await drain(app, delayed=True)) == 3
    await handle.retry(reset_attempts=False)
    assert len(await drain(app, delayed=True)) == 1
    info = await handle.info()
    assert (len(info.history), info.attempts, info.failures) == (4, 4, 4)
