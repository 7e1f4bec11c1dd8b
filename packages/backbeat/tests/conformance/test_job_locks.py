"""`lock=` of jobs: one at a time over all queues, waiting without using an attempt."""

import asyncio
from typing import Any

import pytest

from backbeat import Backbeat, ConfigurationError, InvalidOption, Job, Queue, Rate, Snooze, State
from backbeat.testing import FakeClock, drain


async def test_jobs_of_one_lock_run_one_at_a_time_and_others_beside_them(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")
    running: list[str] = []
    most: dict[str, int] = {}

    @queue.job(lock="wallet:{wallet}")
    async def do(wallet: str, n: int) -> None:
        running.append(wallet)
        most[wallet] = max(most.get(wallet, 0), running.count(wallet))
        most["all"] = max(most.get("all", 0), len(running))
        await clock.sleep(1)
        running.remove(wallet)

    for n in range(4):
        for wallet in ("a", "b"):
            await do.enqueue(wallet, n)
    assert len([ran for ran in await drain(app, concurrency=8) if ran.outcome == "completed"]) == 8
    assert (most["a"], most["b"], most["all"]) == (1, 1, 2)


async def test_a_lock_holds_over_all_queues(app: Backbeat, clock: FakeClock) -> None:
    order: list[str] = []

    def declare(queue: Queue) -> Any:
        @queue.job("do", lock="one")
        async def do() -> None:
            order.append(f"{queue.name} begins")
            await clock.sleep(1)
            order.append(f"{queue.name} ends")

        return do

    for name in ("first", "second"):
        await declare(app.queue(name)).enqueue()
    await drain(app, concurrency=2)
    assert order == ["first begins", "first ends", "second begins", "second ends"]


async def test_a_job_whose_lock_is_busy_waits_with_that_reason_and_no_attempt(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job(lock="wallet:{wallet}")
    async def do(wallet: str) -> str:
        return "done"

    async with app.lock("wallet:a", ttl=60):
        handle = await do.options(id="j").enqueue("a")
        assert await drain(app) == []
        info = await queue.get("j")
        assert (info.state, info.reason) == (State.DELAYED, "lock")
        assert (await app.locks.look("wallet:a")).parked == (("work", "j"),)
        assert await drain(app) == []
    # The release has woken it: nothing had to wait for the end of the lock's time.
    assert (await queue.get("j")).state is State.WAITING
    [ran] = await drain(app)
    assert (ran.attempt, await handle.result()) == (1, "done")
    info = await queue.get("j")
    assert (info.attempts, info.failures, len(info.history)) == (1, 0, 0)


async def test_a_job_looks_again_when_the_time_of_a_dead_holder_is_over(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job(lock="one")
    async def do() -> None: ...

    dead = app.lock("one", ttl=10)
    await dead.acquire()
    await do.options(id="j").enqueue()
    await drain(app)
    assert (await queue.get("j")).due_at == clock.now().replace(second=10)
    clock.advance(9.999)
    assert await drain(app) == []
    clock.advance(0.001)
    assert len(await drain(app)) == 1


async def test_of_those_that_wait_the_oldest_comes_first(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")
    order: list[int] = []

    @queue.job(lock="one")
    async def do(n: int) -> None:
        order.append(n)
        await clock.sleep(1)

    async with app.lock("one"):
        for n in range(5):
            await do.enqueue(n)
            clock.advance(0.1)
        await drain(app, concurrency=5)
    await drain(app, concurrency=5)
    assert order == [0, 1, 2, 3, 4]


async def test_a_job_that_is_removed_while_it_waits_does_not_swallow_the_turn(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work")

    @queue.job(lock="one")
    async def do() -> None: ...

    async with app.lock("one"):
        for name in ("a", "b", "c"):
            await do.options(id=name).enqueue()
            clock.advance(0.1)
        await drain(app, concurrency=3)
        await queue.remove("a")
        await queue.cancel("b")
    assert (await queue.get("c")).state is State.WAITING


async def test_the_lock_is_given_back_however_the_job_ends(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(lock="one")
    async def do(how: str) -> Any:
        if how == "fail":
            raise ValueError(how)
        return Snooze(60) if how == "snooze" else None

    for how in ("fail", "snooze", "well"):
        await do.enqueue(how)
        await drain(app)
        assert (await app.locks.look("one")).holders == ()


async def test_a_job_sees_a_fence_that_rises_over_all_queues(app: Backbeat) -> None:
    fences: list[int] = []

    def declare(queue: Queue) -> Any:
        @queue.job("do", lock="one")
        async def do(job: Job) -> None:
            fences.append(job.lock_fence)

        return do

    handlers = [declare(app.queue(name)) for name in ("first", "second")]
    for handler in handlers * 3:
        await handler.enqueue()
        await drain(app)
    assert fences == sorted(set(fences))
    async with app.lock("one") as lock:
        assert lock.fence > fences[-1]


async def test_one_job_may_have_a_lock_of_its_own_or_none(app: Backbeat) -> None:
    queue = app.queue("work")
    ran: list[str] = []

    @queue.job(lock="one")
    async def do(name: str) -> None:
        ran.append(name)

    async with app.lock("one"), app.lock("x:own"):
        await do.enqueue("usual")
        await do.options(lock=None).enqueue("none")
        await do.options(lock="x:{name}").enqueue("own")
        await do.options(lock=lambda name: f"x:{name}").enqueue("free")
        await queue.add("do", {"name": "by name"}, lock="y:{name}")
        await drain(app)
    assert sorted(ran) == ["by name", "free", "none"]
    await drain(app)
    assert sorted(ran) == ["by name", "free", "none", "own", "usual"]


async def test_a_lock_may_depend_on_defaults_and_parts_of_arguments(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(lock="{kind}:{who[name]}")
    async def do(who: dict[str, str], kind: str = "pnl") -> None: ...

    async with app.lock("pnl:Ada"):
        await do.enqueue({"name": "Ada"})
        await do.enqueue({"name": "Bob"})
        assert len(await drain(app)) == 1


async def test_a_job_whose_lock_has_no_name_fails_and_says_why(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(lock="{name}")
    async def do(name: str) -> None: ...

    await do.options(id="j").enqueue("")
    await drain(app)
    info = await queue.get("j")
    assert info.state is State.FAILED
    assert info.error is not None
    assert "name of 1 to 512 bytes" in info.error.message


@pytest.mark.parametrize("rule", ["wallet:{walet}", "{}", "{wallet", lambda walet: walet])
async def test_a_lock_that_does_not_fit_the_handler_is_refused_where_it_is_declared(
    app: Backbeat, rule: Any
) -> None:
    queue = app.queue("work")

    with pytest.raises(ConfigurationError, match="lock="):

        @queue.job(lock=rule)
        async def do(wallet: str) -> None: ...

    @queue.job("other")
    async def other(wallet: str) -> None: ...

    with pytest.raises(ConfigurationError, match="lock="):
        other.options(lock=rule)


async def test_a_lock_name_is_checked_when_the_job_is_enqueued_with_it(app: Backbeat) -> None:
    with pytest.raises(InvalidOption):
        await app.queue("work").add("do", {"name": ""}, lock="{name}")


async def test_waiting_for_a_lock_counts_as_not_started(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")

    @queue.job(lock="one", wait_timeout=5)
    async def do() -> None: ...

    async with app.lock("one", ttl=60):
        await do.options(id="j").enqueue()
        await drain(app)
        clock.advance(6)
    await asyncio.sleep(0)
    await drain(app)
    assert (await queue.get("j")).state is State.FAILED


async def test_a_lock_and_a_limit_hold_over_all_partitions(app: Backbeat, clock: FakeClock) -> None:
    app.limit("openai", rate=Rate(3, per=60))
    queue = app.queue("wallets", partitions=4, limits=["openai"])
    inside = most = 0

    @queue.job(lock="one")
    async def do(n: int) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await clock.sleep(1)
        inside -= 1

    await queue.add_many([do.call(n) for n in range(8)])
    for expected in (3, 3, 2):
        # One that finds its lock busy has been claimed, and has used its unit of the rate.
        assert 1 <= len(await drain(app, concurrency=8)) <= expected
        clock.advance(61)
    while await drain(app, delayed=True, concurrency=8):
        clock.advance(61)
    assert (most, (await queue.counts()).total_completed) == (1, 8)
