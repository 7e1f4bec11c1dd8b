"""Limits that queues share by name: before the claim, with costs, and with no attempt used."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backbeat import Backbeat, ConfigurationError, Job, Queue, Rate, State, Throttled
from backbeat.testing import FakeClock, drain


def declare(queue: Queue, **options: Any) -> Any:
    @queue.job("do", **options)
    async def do(n: int = 1) -> None: ...

    return do


async def test_a_rate_counts_the_jobs_of_all_queues_that_share_it(
    app: Backbeat, clock: FakeClock
) -> None:
    app.limit("openai", rate=Rate(5, per=60))
    handlers = [declare(app.queue(name, limits=["openai"])) for name in ("video", "text")]
    for n in range(10):
        await handlers[n % 2].enqueue(n)
    assert len(await drain(app)) == 5
    assert await drain(app, concurrency=4) == []
    clock.advance(59.9)
    assert await drain(app) == []
    clock.advance(0.1)
    assert len(await drain(app, concurrency=4)) == 5


async def test_a_queue_without_limits_does_not_mind(app: Backbeat) -> None:
    app.limit("openai", rate=Rate(1, per=60))
    limited = declare(app.queue("limited", limits=["openai"]))
    free = declare(app.queue("free"))
    for n in range(3):
        await limited.enqueue(n)
        await free.enqueue(n)
    assert sorted(ran.queue for ran in await drain(app)) == ["free", "free", "free", "limited"]


async def test_a_job_that_is_held_back_says_so_and_has_used_no_attempt(
    app: Backbeat, clock: FakeClock
) -> None:
    app.limit("openai", rate=Rate(1, per=60))
    queue = app.queue("video", limits=["openai"])
    do = declare(queue)
    await do.options(id="a").enqueue()
    await do.options(id="b").enqueue()
    await drain(app)
    info = await queue.get("b")
    assert (info.state, info.reason, info.attempts) == (State.WAITING, "limit", 0)
    clock.advance(60)
    assert (await queue.get("b")).reason == "worker"
    [ran] = await drain(app)
    assert (ran.id, ran.attempt) == ("b", 1)


async def test_no_more_jobs_run_at_once_than_a_limit_allows_over_all_queues(
    app: Backbeat, clock: FakeClock
) -> None:
    app.limit("gpu", max_running=2)
    running = most = 0

    def running_one(queue: Queue) -> Any:
        @queue.job("do")
        async def do(n: int) -> None:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await clock.sleep(1)
            running -= 1

        return do

    handlers = [running_one(app.queue(name, limits=["gpu"])) for name in ("a", "b")]
    for n in range(8):
        await handlers[n % 2].enqueue(n)
    assert len(await drain(app, concurrency=8)) == 8
    assert most == 2
    assert (await app.limit("gpu").look()).running == 0


async def test_a_semaphore_of_the_name_shares_the_slots(app: Backbeat) -> None:
    app.limit("gpu", max_running=1)
    do = declare(app.queue("video", limits=["gpu"]))
    async with app.semaphore("gpu", limit=1):
        await do.enqueue()
        assert await drain(app) == []
    assert len(await drain(app)) == 1


async def test_costs_are_charged_and_a_dear_job_waits_for_all_it_needs(
    app: Backbeat, clock: FakeClock
) -> None:
    app.limit("openai", rate=Rate(10, per=60))
    do = declare(app.queue("video", limits=["openai"]), cost=lambda arguments: arguments["n"])
    for n in (4, 4, 4, 1):
        await do.enqueue(n)
    # In their order: the third needs 4 of the 2 that are left, and the cheap one does not overtake.
    assert len(await drain(app)) == 2
    assert (await app.limit("openai").look()).free == 2
    clock.advance(60)
    assert len(await drain(app)) == 2
    assert (await app.limit("openai").look()).free == 5


async def test_a_job_that_costs_more_than_there_ever_is_takes_all_there_is(
    app: Backbeat, clock: FakeClock
) -> None:
    app.limit("openai", rate=Rate(10, per=60))
    do = declare(app.queue("video", limits=["openai"]), cost=25)
    await do.enqueue()
    await do.enqueue()
    assert len(await drain(app)) == 1
    clock.advance(60)
    assert len(await drain(app)) == 1


async def test_a_queue_under_two_limits_obeys_both_and_hoards_nothing(
    app: Backbeat, clock: FakeClock
) -> None:
    app.limit("wide", rate=Rate(10, per=60))
    app.limit("narrow", rate=Rate(2, per=60))
    do = declare(app.queue("video", limits=["wide", "narrow"]))
    for n in range(5):
        await do.enqueue(n)
    assert len(await drain(app)) == 2
    assert (await app.limit("wide").look()).free == 8
    clock.advance(60)
    assert len(await drain(app)) == 2


@pytest.mark.parametrize("how", ["returned", "raised", "in a thread"])
async def test_a_job_that_is_throttled_pauses_exactly_its_limit_and_uses_no_attempt(
    app: Backbeat, clock: FakeClock, how: str
) -> None:
    app.limit("openai", rate=Rate(100, per=1))
    app.limit("stripe", rate=Rate(100, per=1))
    queue, other = app.queue("video", limits=["openai"]), app.queue("pay", limits=["stripe"])
    calls = 0

    def busy() -> Throttled | None:
        nonlocal calls
        calls += 1
        if calls > 1:
            return None
        if how == "raised":
            raise Throttled("openai", retry_after=30)
        return Throttled("openai", retry_after=30)

    async def busy_soon() -> Throttled | None:
        return busy()

    handler: Any = queue.job("call")(busy if how == "in a thread" else busy_soon)
    await handler.options(id="a").enqueue()
    [ran] = await drain(app)
    assert (ran.outcome, ran.due_at) == ("throttled", clock.now() + timedelta(seconds=30))
    info = await queue.get("a")
    assert (info.state, info.reason, info.failures) == (State.DELAYED, "limit", 0)
    await handler.options(id="b").enqueue()
    await declare(other).enqueue()
    assert [ran.queue for ran in await drain(app)] == ["pay"]
    clock.advance(30)
    assert {ran.id: ran.attempt for ran in await drain(app)} == {"a": 1, "b": 1}


async def test_a_job_can_pause_a_limit_and_go_on(app: Backbeat, clock: FakeClock) -> None:
    limit = app.limit("openai", rate=Rate(100, per=1))
    queue = app.queue("video", limits=["openai"])

    @queue.job()
    async def call(job: Job) -> None:
        await job.limit("openai").pause(20)

    for _ in range(2):
        await call.enqueue()
    assert len(await drain(app)) == 1
    assert (await limit.look()).paused_until == clock.now() + timedelta(seconds=20)
    clock.advance(20)
    assert len(await drain(app)) == 1


async def test_a_limit_that_is_not_declared_is_refused(app: Backbeat) -> None:
    declare(app.queue("video", limits=["unknown"]))
    with pytest.raises(ConfigurationError, match="unknown"):
        await drain(app)


async def test_a_wait_beside_the_queue_shares_the_rate(app: Backbeat, clock: FakeClock) -> None:
    limit = app.limit("openai", rate=Rate(3, per=60))
    do = declare(app.queue("video", limits=["openai"]))
    await limit.wait(2)
    for n in range(3):
        await do.enqueue(n)
    assert len(await drain(app)) == 1
    waiting = asyncio.create_task(limit.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.wait([waiting])
