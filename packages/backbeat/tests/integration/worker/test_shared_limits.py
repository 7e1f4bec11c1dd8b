"""Job locks and shared limits with real workers, in real time."""

import asyncio
import time
from typing import Any

from backbeat import Backbeat, Job, Keep, Queue, Rate, State
from packages.backbeat.tests.support.working import ended, is_in, until, working


def declare(queue: Queue, **options: Any) -> Any:
    @queue.job("do", **options)
    async def do(job: Job, seconds: float = 0.0) -> int:
        await asyncio.sleep(seconds)
        return job.lock_fence

    return do


async def test_a_job_that_waits_for_a_lock_runs_as_soon_as_it_is_given_back(
    app: Backbeat,
) -> None:
    first = declare(app.queue("first"), lock="one")
    second = declare(app.queue("second"), lock="one")
    async with working(app):
        holder = await first.enqueue(0.3)
        await is_in(app.queue("first"), holder.id, State.ACTIVE)
        waiting = await second.enqueue()
        info = await is_in(app.queue("second"), waiting.id, State.DELAYED)
        assert info.reason == "lock"
        fence = await holder.result(5)
        began = time.monotonic()
        assert await waiting.result(5) > fence
        # Its lock would have run out after 30 s.
        assert time.monotonic() - began < 1
    info = await app.queue("second").get(waiting.id)
    assert (info.attempts, info.failures, info.history) == (1, 0, ())


async def test_many_jobs_of_few_locks_all_run_and_never_two_of_one(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(completed=None))
    inside: dict[str, int] = {}
    most: dict[str, int] = {}

    @queue.job(lock="wallet:{wallet}")
    async def do(wallet: str, n: int) -> None:
        inside[wallet] = inside.get(wallet, 0) + 1
        most[wallet] = max(most.get(wallet, 0), inside[wallet])
        await asyncio.sleep(0.002)
        inside[wallet] -= 1

    await queue.add_many([do.call(f"w{n % 5}", n) for n in range(150)])
    async with working(app, concurrency=20), working(app, concurrency=20):
        async with asyncio.timeout(30):
            while (await queue.counts()).completed < 150:  # noqa: ASYNC110 - it tells no one
                await asyncio.sleep(0.02)
    assert set(most.values()) == {1}
    assert (await queue.counts()).total_failed == 0


async def test_a_job_whose_lock_is_lost_is_stopped_and_starts_again(app: Backbeat) -> None:
    queue = app.queue("work")
    starts: list[int] = []

    @queue.job(lock="one")
    async def do(job: Job) -> None:
        starts.append(job.lock_fence)
        if len(starts) == 1:
            await asyncio.sleep(60)

    async with working(app, lease=1.5):
        handle = await do.enqueue()
        await until(lambda: len(starts) == 1)
        assert await app.locks.take_away("one") == 1
        info = await ended(queue, handle.id)
    assert info.state is State.COMPLETED
    assert (info.failures, len(starts)) == (0, 2)
    assert starts[1] > starts[0]


async def test_a_job_keeps_its_lock_for_longer_than_its_lease(app: Backbeat) -> None:
    do = declare(app.queue("work"), lock="one")
    async with working(app, lease=0.9):
        handle = await do.enqueue(2.0)
        await is_in(app.queue("work"), handle.id, State.ACTIVE)
        for _ in range(8):
            await asyncio.sleep(0.2)
            assert not await app.lock("one").try_acquire()
        await handle.result(5)
    assert await app.lock("one").try_acquire()


async def test_two_workers_under_one_window_use_it_fully_and_never_beyond(
    app: Backbeat,
) -> None:
    app.limit("openai", rate=Rate(20, per=0.5))
    starts: list[float] = []
    queues = [app.queue(name, limits=["openai"]) for name in ("video", "text")]

    def declare_one(queue: Queue) -> Any:
        @queue.job("do")
        async def do(n: int) -> None:
            starts.append(time.monotonic())

        return do

    for queue in queues:
        do = declare_one(queue)
        await queue.add_many([do.call(n) for n in range(40)])
    began = time.monotonic()
    async with working(app), working(app):
        async with asyncio.timeout(20):
            while len(starts) < 80:  # noqa: ASYNC110 - counted by handlers
                await asyncio.sleep(0.01)
    # 80 of 20 in half a second: the last ones come after one and a half.
    assert 1.5 <= starts[-1] - began < 2.5
    for first in range(len(starts) - 20):
        assert starts[first + 20] - starts[first] > 0.5 - 0.1
    assert (await app.limit("openai").look()).running == 0


async def test_slots_of_a_limit_are_given_to_other_queues_as_they_come_free(
    app: Backbeat,
) -> None:
    app.limit("gpu", max_running=2)
    inside = most = 0
    done: list[str] = []

    def declare_one(queue: Queue) -> Any:
        @queue.job("do")
        async def do(n: int) -> None:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.02)
            inside -= 1
            done.append(queue.name)

        return do

    for name in ("a", "b", "c"):
        queue = app.queue(name, limits=["gpu"])
        do = declare_one(queue)
        await queue.add_many([do.call(n) for n in range(10)])
    async with working(app):
        await until(lambda: len(done) == 30)
    assert most == 2
    assert {name: done.count(name) for name in "abc"} == {"a": 10, "b": 10, "c": 10}


async def test_a_worker_that_is_held_back_is_woken_when_a_slot_comes_free(app: Backbeat) -> None:
    app.limit("gpu", max_running=1)
    do = declare(app.queue("video", limits=["gpu"]))
    async with working(app):
        slot = app.semaphore("gpu", limit=1, ttl=60)
        await slot.acquire()
        handle = await do.enqueue()
        info = await is_in(app.queue("video"), handle.id, State.WAITING)
        await asyncio.sleep(0.2)
        info = await app.queue("video").get(handle.id)
        assert (info.state, info.reason) == (State.WAITING, "limit")
        began = time.monotonic()
        await slot.release()
        await handle.result(5)
        assert time.monotonic() - began < 0.5


async def test_a_stopped_worker_gives_back_what_it_has_of_a_limit(app: Backbeat) -> None:
    app.limit("gpu", rate=Rate(100, per=60), max_running=3)
    do = declare(app.queue("video", limits=["gpu"]))
    async with working(app, grace=0.1, lease=2.0):
        handle = await do.enqueue(60)
        await is_in(app.queue("video"), handle.id, State.ACTIVE)
        async with asyncio.timeout(5):
            # What it took and did not need goes back with the next call.
            while (await app.limit("gpu").look()).running != 1:  # noqa: ASYNC110 - it tells no one
                await asyncio.sleep(0.005)
    async with asyncio.timeout(5):
        # On a busy machine the last call may come too late; then its share runs out.
        while (await app.limit("gpu").look()).running:  # noqa: ASYNC110 - it tells no one
            await asyncio.sleep(0.005)


async def test_workers_that_are_held_back_sleep(app: Backbeat) -> None:
    """By a rate, by slots, and by both under one name: nobody asks again and again."""
    app.limit("rate", rate=Rate(1, per=60))
    app.limit("slots", max_running=1)
    app.limit("both", rate=Rate(1, per=60), max_running=4)
    for name in ("rate", "slots", "both"):
        for number in range(2):
            await declare(app.queue(f"{name}{number}", limits=[name])).enqueue(30)
    async with working(app, grace=0.1):
        names = [f"{name}{number}" for name in ("rate", "slots", "both") for number in range(2)]
        async with asyncio.timeout(10):
            active = 0
            while active < 3:
                await asyncio.sleep(0.01)
                active = sum([(await app.queue(name).counts()).active for name in names])
        await asyncio.sleep(0.2)
        calls, cpu = await calls_so_far(app), time.process_time()
        await asyncio.sleep(1.5)
        assert await calls_so_far(app) - calls < 40
        assert time.process_time() - cpu < 0.5


async def calls_so_far(app: Backbeat) -> int:
    """How many scripts the server has run."""
    connection = await app.connections.open()
    reply = await connection.transport.execute("INFO", "commandstats")
    assert isinstance(reply, bytes)
    [line] = [line for line in reply.decode().splitlines() if line.startswith("cmdstat_evalsha:")]
    return int(line.partition("calls=")[2].partition(",")[0])


async def test_jobs_whose_slots_are_lost_go_back_and_wait_for_others(app: Backbeat) -> None:
    """A worker that was silent for too long may not go on beside whoever has its slot by now."""
    app.limit("gpu", max_running=1)
    queue = app.queue("video", limits=["gpu"])
    starts: list[Job] = []
    ends: list[Job] = []

    @queue.job()
    async def do(job: Job) -> None:
        starts.append(job)
        try:
            await asyncio.sleep(60 if len(starts) == 1 else 0)
        finally:
            ends.append(job)

    async with working(app, lease=1.5):
        handle = await do.enqueue()
        await until(lambda: len(starts) == 1)
        assert await app.locks.take_away("gpu") == 1
        async with app.semaphore("gpu", limit=1, ttl=60):
            await until(lambda: len(ends) == 1)
            await is_in(queue, handle.id, State.WAITING)
            assert len(starts) == 1
        info = await ended(queue, handle.id)
    assert (info.state, info.failures, len(starts)) == (State.COMPLETED, 0, 2)
    assert (await app.limit("gpu").look()).running == 0


async def test_a_worker_that_was_idle_keeps_its_slots_for_longer_than_its_lease(
    app: Backbeat,
) -> None:
    """Its empty share is not extended, and news of that come after it has something again."""
    app.limit("gpu", max_running=1)
    do = declare(app.queue("video", limits=["gpu"]))
    async with working(app, lease=0.9):
        for _ in range(3):
            await (await do.enqueue()).result(5)
            await asyncio.sleep(0.5)
        handle = await do.enqueue(2.5)
        await is_in(app.queue("video"), handle.id, State.ACTIVE)
        for _ in range(10):
            await asyncio.sleep(0.2)
            assert not await app.semaphore("gpu", limit=1, ttl=60).try_acquire()
        await handle.result(5)
    assert (await app.queue("video").get(handle.id)).attempts == 1
