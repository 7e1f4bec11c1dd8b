"""Running what waits, here and now."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from backbeat import Backbeat, BackbeatError, Depends, Job, Retry, Snooze
from backbeat.testing import FakeClock, application, drain


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def app(clock: FakeClock) -> AsyncIterator[Backbeat]:
    declared = Backbeat()
    async with application(declared, clock=clock):
        yield declared


async def test_it_tells_what_it_ran(app: Backbeat) -> None:
    queue = app.queue("work", retry=Retry.fixed(attempts=2, delay=60))

    @queue.job()
    async def divide(a: int, b: int) -> float:
        return a / b

    good, bad = await divide.enqueue(6, 3), await divide.enqueue(1, 0)
    first, second = await drain(app)
    assert (first.id, first.name, first.queue, first.attempt) == (good.id, "divide", "work", 1)
    assert (first.outcome, first.result, first.error) == ("completed", 2.0, "")
    assert (second.id, second.outcome) == (bad.id, "retried")
    assert second.error == "ZeroDivisionError: division by zero"
    assert second.due_at is not None


async def test_jobs_run_one_after_the_other_by_default(app: Backbeat) -> None:
    queue = app.queue("work")
    running: list[int] = []

    @queue.job()
    async def alone(n: int) -> None:
        running.append(n)
        for _ in range(3):
            await asyncio.sleep(0)
        assert running.pop() == n
        assert not running

    await queue.add_many([alone.call(n) for n in range(5)])
    assert [ran.outcome for ran in await drain(app)] == ["completed"] * 5


async def test_jobs_can_run_at_once(app: Backbeat) -> None:
    queue = app.queue("work")
    meeting = asyncio.Barrier(3)

    @queue.job()
    async def meet() -> None:
        await meeting.wait()

    for _ in range(3):
        await meet.enqueue()
    assert len(await drain(app, concurrency=3)) == 3


async def test_queues_take_turns(app: Backbeat) -> None:
    queues = [app.queue(name) for name in "abc"]
    for queue in queues:

        @queue.job("do")
        async def do() -> None: ...

        for _ in range(2):
            await do.enqueue()
    assert [ran.queue for ran in await drain(app)] == list("abcabc")


async def test_what_jobs_enqueue_is_run_too(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def countdown(n: int) -> None:
        if n:
            await countdown.enqueue(n - 1)

    await countdown.enqueue(3)
    assert len(await drain(app)) == 4


async def test_it_can_stop_at_what_was_waiting(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def twice(n: int) -> None:
        await twice.enqueue(n + 1)

    await twice.enqueue(0)
    assert len(await drain(app, until_empty=False)) == 1
    assert (await queue.counts()).waiting == 1


async def test_time_stands_still_while_jobs_run(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")
    before = clock.now()

    @queue.job()
    async def do() -> None:
        await asyncio.sleep(0.002)

    handle = await do.enqueue()
    await drain(app)
    assert clock.now() == before == (await handle.info()).finished_at


async def test_jobs_that_sleep_on_the_clock_wake_in_order(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")
    before, woken = clock(), list[int]()

    @queue.job()
    async def sleep(seconds: int) -> None:
        await clock.sleep(seconds)
        woken.append((clock() - before) // 1000)

    for seconds in (30, 10, 20):
        await sleep.enqueue(seconds)
    await drain(app, concurrency=3)
    assert woken == [10, 20, 30]


async def test_a_job_may_move_the_clock_past_the_timeout_of_another(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")
    began = asyncio.Event()

    @queue.job(timeout=10)
    async def wait() -> None:
        began.set()
        await asyncio.Event().wait()

    @queue.job()
    async def jump() -> None:
        await began.wait()
        clock.advance(11)

    await wait.enqueue()
    await jump.enqueue()
    ran = await drain(app, concurrency=2)
    assert {each.name: each.outcome for each in ran} == {"wait": "failed", "jump": "completed"}


async def test_lifespan_middleware_and_dependencies_are_those_of_a_worker(clock: FakeClock) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[str]:
        steps.append("up")
        yield "state"
        steps.append("down")

    def session() -> Iterator[str]:
        steps.append("open")
        yield "session"
        steps.append("close")

    app = Backbeat(lifespan=lifespan)

    @app.middleware
    async def around(job: Job, call_next: Callable[[], Awaitable[Any]]) -> Any:
        steps.append(f"before {job.name}")
        return await call_next()

    @app.queue("work").job()
    async def do(job: Job, session: str = Depends(session)) -> None:
        steps.append(f"{job.state} {session}")

    async with application(app, clock=clock):
        await do.enqueue()
        await drain(app)
    assert steps == ["up", "before do", "open", "state session", "close", "down"]


async def test_blocking_handlers_run_in_threads(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    def add(a: int, b: int) -> int:
        return a + b

    handle = await add.enqueue(1, 2)
    await drain(app)
    assert await handle.result() == 3


async def test_a_name_without_a_handler_fails_in_the_end(app: Backbeat) -> None:
    handle = await app.queue("work").add("nobody", {})
    ran = await drain(app, delayed=True)
    assert [each.outcome for each in ran] == ["snoozed", "snoozed", "snoozed", "failed"]
    assert "no handler 'nobody'" in ran[-1].error
    assert (await handle.info()).error is not None


async def test_what_never_ends_is_found_out(app: Backbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backbeat.testing.draining._MOST", 50)

    @app.queue("work").job()
    async def again() -> Snooze:
        return Snooze(1)

    await again.enqueue()
    with pytest.raises(BackbeatError, match="for ever"):
        await drain(app, delayed=True)


async def test_draining_an_empty_application_runs_nothing(app: Backbeat) -> None:
    app.queue("work")
    assert await drain(app, delayed=True) == []
