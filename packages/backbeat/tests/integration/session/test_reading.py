"""What can be asked of a queue without changing it."""

import asyncio

import pytest

from backbeat.engine.client import QueueClient
from backbeat.engine.states import State
from backbeat.errors import ProtocolError
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.queue_bench import QueueBench, job


async def test_one_job_a_page_and_the_counts(client: QueueClient, bench: QueueBench) -> None:
    await client.add_many([job(f"j{n}") for n in range(300)])
    await client.add(job("later", due_ms=bench.now_ms + 1_000))
    snapshot = await client.get("j7")
    assert snapshot is not None
    assert snapshot.state is State.WAITING
    assert await client.get("nobody") is None
    counts = await client.counts()
    assert (counts.waiting, counts.delayed) == (300, 1)
    first = await client.list(State.WAITING, limit=1_000)
    second = await client.list(State.WAITING, first.cursor, limit=200)
    assert [listed.id for listed in first.jobs + second.jobs] == [f"j{n}" for n in range(300)]
    assert second.cursor == ""


async def test_log_lines_from_the_start_and_from_the_end(
    client: QueueClient, bench: QueueBench
) -> None:
    lines = [b"line %d" % n for n in range(10)]
    bench.client.rpush(bench.keys.log("a"), *lines)
    assert await client.logs("a") == lines
    assert await client.logs("a", 2, 3) == lines[2:5]
    assert await client.logs("a", -3) == lines[-3:]
    assert await client.logs("a", -4, 2) == lines[-4:-2]
    assert await client.logs("nobody") == []


async def test_reads_are_repeated_when_their_replies_are_lost(
    client: QueueClient, bench: QueueBench, proxy: FaultProxy
) -> None:
    bench.add("a")
    proxy.inject("cut_reply", b"EVALSHA", times=3)
    assert (await client.counts()).waiting == 1
    assert await client.get("a") is not None
    assert proxy.fired == 3


async def test_many_reads_at_a_time_each_get_their_own_answer(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.add(*(f"j{n}" for n in range(200)))
    snapshots = await asyncio.gather(*(client.get(f"j{n}") for n in range(250)))
    assert [snapshot is not None for snapshot in snapshots] == [n < 200 for n in range(250)]


async def test_a_foreign_hand_in_the_keys_is_said_aloud(
    client: QueueClient, bench: QueueBench
) -> None:
    bench.client.set(bench.key("jobs"), "not ours")
    with pytest.raises(ProtocolError, match="WRONGTYPE"):
        await client.add(job("a"))


async def test_commands_on_thousands_of_jobs_go_in_steps(
    client: QueueClient, bench: QueueBench
) -> None:
    names = [f"j{n}" for n in range(2_500)]
    await client.add_many([job(name, due_ms=bench.now_ms + 60_000) for name in names])
    assert await client.promote(names) == 2_500
    bench.worker().claim(1)
    assert await client.remove(names[:1_500]) == (1_499, ("j0",))
    assert (await client.counts()).waiting == 1_000
    await client.obliterate(force=True)
    await client.configure(keep_cancelled=-1)
    await client.add_many([job(name) for name in names])
    for name in names[1:1_200]:
        await client.cancel(name)
    assert await client.clean(State.CANCELLED, limit=1_150) == 1_150
    assert await client.clean(State.CANCELLED, limit=5_000) == 49
    assert (await client.counts()).cancelled == 0
    await client.obliterate()
    await client.add_many([job(name) for name in names])
    assert await client.drain() == 2_500
