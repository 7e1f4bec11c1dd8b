"""Schedules of queues with partitions: where they live."""

import asyncio

from backbeat import (
    Backbeat,
    every,
)
from backbeat.engine.partitions import Partitioning
from backbeat.testing import FakeClock, drain

HOUR = 3_600


async def test_a_schedule_of_a_queue_with_partitions_lives_in_one_of_them(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("spread", partitions=3)

    @queue.job()
    async def work(n: int) -> int:
        return n

    for n in range(6):
        await app.schedules.upsert(f"s{n}", every(HOUR), work.call(n), overlap="queue")
    assert [info.name for info in await app.schedules.list(queue="spread")] == (
        sorted([f"s{n}" for n in range(6)], key=lambda name: (queue_of(name, 3), name))
    )
    clock.advance(HOUR)
    assert sorted(done.result for done in await drain(app)) == list(range(6))
    for n in range(6):
        [run] = await app.schedules.history(f"s{n}")
        assert run.job_id is not None
        assert (await queue.get(run.job_id)).result == n
        assert run.slot == clock.now()
    handle = await app.schedules.run_now("s0")
    await drain(app)
    assert await handle.result() == 0
    assert (await app.schedules.get("s1")).queue == "spread"
    await app.schedules.pause("s1")
    assert await asyncio.to_thread(lambda: app.sync.schedules.get("s1").paused)
    await app.schedules.remove("s1")
    assert len(await app.schedules.list()) == 5


def queue_of(name: str, count: int) -> int:
    """The partition of a schedule."""
    return Partitioning(count, by_id=True).of_key(name)


async def test_a_schedule_follows_its_jobs_to_the_partition_of_their_key(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("keyed", partitions=16, partition_by="{wallet}")

    @queue.job()
    async def work(wallet: str) -> str:
        return wallet

    for wallet in ("a", "b", "c"):
        await app.schedules.upsert("s", every(HOUR), work.call(wallet))
        assert len(await app.schedules.list()) == 1
        clock.advance(HOUR)
        [done] = await drain(app)
        assert done.result == wallet
        sent = await work.enqueue(wallet)
        assert done.id.rpartition("~")[2] == sent.id.rpartition("~")[2]
        await drain(app)
