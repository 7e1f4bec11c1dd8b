"""A worker of a queue with many partitions: what it costs, and that none of them starves."""

import asyncio
import time
from collections import Counter

import pytest

from backbeat import Backbeat, State, Worker
from backbeat.app.queue import Queue
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import is_in, until

COUNT = 16


@pytest.fixture
async def app(valkey: PrivateServer) -> Backbeat:
    """An application on an empty server."""
    return Backbeat(valkey.url)


def keys_by_partition(queue: Queue) -> list[str]:
    """A key for each partition."""
    assert queue.spread is not None
    found: dict[int, str] = {}
    number = 0
    while len(found) < COUNT:
        found.setdefault(queue.spread.partitioning.of_key(f"k{number}"), f"k{number}")
        number += 1
    return [found[place] for place in range(COUNT)]


async def test_an_idle_worker_costs_two_commands_a_second_and_one_connection(
    app: Backbeat, valkey: PrivateServer
) -> None:
    app.queue("wallets", partitions=COUNT)
    async with app, Worker(app) as worker:
        await worker.ready()
        await _quiet(valkey)
        before = _commands(valkey)
        await asyncio.sleep(4)
        spent = _commands(valkey) - before
        waiting = [each for each in valkey.client.client_list() if each["cmd"] == "blpop"]
    assert len(waiting) == 1
    assert spent <= 2 * 4, f"{spent} commands in 4 s"


async def test_no_partition_starves_beside_others_with_a_backlog(app: Backbeat) -> None:
    queue = app.queue("wallets", partitions=COUNT, partition_by="{key}")
    order: list[str] = []

    @queue.job()
    async def work(key: str) -> None:
        order.append(key)
        await asyncio.sleep(0)

    keys = keys_by_partition(queue)
    busy, last = keys[:-1], keys[-1]
    async with app:
        await queue.add_many([work.call(key) for key in busy for _ in range(40)])
        await queue.add_many([work.call(last)])
        async with Worker(app, concurrency=2):
            await until(lambda: last in order)
            seen = order[: order.index(last)]
            await until(lambda: len(order) == 40 * len(busy) + 1)
    # Its turn comes when each of the others has had one: four claims, of two slots at most.
    assert len(seen) <= 4 * 2 * COUNT
    assert Counter(order) == dict.fromkeys(busy, 40) | {last: 1}


async def test_what_a_queue_may_run_at_once_holds_over_its_partitions(app: Backbeat) -> None:
    queue = app.queue("wallets", partitions=COUNT, concurrency=3)
    running = most = ended = 0

    @queue.job()
    async def work() -> None:
        nonlocal running, most, ended
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        ended += 1

    async with app:
        await queue.add_many([work.call() for _ in range(200)])
        async with Worker(app, concurrency=50):
            await until(lambda: ended == 200)
    assert most == 3


async def test_delayed_jobs_of_sleeping_partitions_start_in_time(app: Backbeat) -> None:
    queue = app.queue("wallets", partitions=COUNT)
    started: list[float] = []

    @queue.job()
    async def work() -> None:
        started.append(time.monotonic())

    async with app, Worker(app) as worker:
        await worker.ready()
        begin = time.monotonic()
        await queue.add_many([work.options(delay=0.3).call() for _ in range(60)])
        await until(lambda: len(started) == 60)
    assert min(started) >= begin + 0.29
    assert max(started) <= begin + 0.3 + 1.0


async def test_a_job_in_any_partition_wakes_the_worker_at_once(app: Backbeat) -> None:
    queue = app.queue("wallets", partitions=COUNT, partition_by="{key}")

    @queue.job()
    async def work(key: str) -> str:
        return key

    async with app, Worker(app) as worker:
        await worker.ready()
        begin = time.monotonic()
        for key in keys_by_partition(queue) * 3:
            assert await (await work.options(wait=True).enqueue(key)).result(5) == key
        took = time.monotonic() - begin
    assert took < 3, "a wake-up was missed, and a look found the job"


async def test_a_cancel_reaches_a_job_in_any_partition(app: Backbeat) -> None:
    queue = app.queue("wallets", partitions=COUNT, partition_by="{key}")
    started: set[str] = set()

    @queue.job()
    async def endless(key: str) -> None:
        started.add(key)
        await asyncio.Event().wait()

    async with app, Worker(app) as worker:
        await worker.ready()
        handles = [await endless.enqueue(key) for key in keys_by_partition(queue)]
        await until(lambda: len(started) == COUNT)
        begin = time.monotonic()
        await asyncio.gather(*(handle.cancel("enough") for handle in handles))
        for handle in handles:
            await is_in(queue, handle.id, State.CANCELLED)
    assert time.monotonic() - begin < 5


async def _quiet(valkey: PrivateServer) -> None:
    """Wait until the worker has nothing more to say."""
    before, now = -1, 0
    while before != now:
        before = _commands(valkey)
        await asyncio.sleep(0.4)
        now = _commands(valkey)


def _commands(valkey: PrivateServer) -> int:
    """Commands that connections have sent so far, without what scripts call."""
    stats = valkey.client.info("commandstats")
    return sum(
        stats.get(f"cmdstat_{name}", {}).get("calls", 0)
        for name in ("evalsha", "blpop", "lpush", "pexpire", "sadd", "set", "hget", "hsetnx")
    )
