"""A slot moves to another node while its queue is busy: nothing is lost, nothing is stuck."""

import asyncio
import contextlib
import itertools
from collections import Counter
from typing import Final

import pytest
import redis

from backbeat import Backbeat, Worker
from backbeat.engine.transport.slots import slot_of_key
from packages.backbeat.tests.support.cluster import Cluster, Node
from packages.backbeat.tests.support.fault_report import Finding, publish, size
from packages.backbeat.tests.support.takeover import until_async

MOVES: Final = size(ci=3, long=60)
_SLOT: Final = slot_of_key("{a}")


@pytest.mark.parametrize("way", ["key by key", "at once"])
async def test_jobs_run_once_each_while_their_slot_moves(
    cluster: Cluster, way: str, seed: int
) -> None:
    app = Backbeat(cluster.url)
    queue = app.queue("a")
    ran: Counter[str] = Counter()
    added: list[str] = []
    over = asyncio.Event()

    @queue.job()
    async def effect(name: str) -> None:
        ran[name] += 1
        await asyncio.sleep(0.002)

    async def produce(number: int) -> None:
        for count in itertools.count():
            if over.is_set():
                return
            name = f"{number}-{count}"
            delay = 0.05 if count % 5 == 0 else None
            await effect.options(delay=delay, priority=count % 3 + 4).enqueue(name)
            added.append(name)

    async with app, Worker(app, concurrency=8) as one, Worker(app, concurrency=8) as other:
        await asyncio.gather(one.ready(), other.ready())
        producers = [asyncio.create_task(produce(number)) for number in range(3)]
        for goal in range(MOVES):
            await until_async(lambda goal=goal: len(ran) > 50 * goal)  # type: ignore[misc]
            await asyncio.to_thread(_move, cluster, way)
        over.set()
        await asyncio.gather(*producers)
        await until_async(lambda: len(ran) == len(added))
        await until_async(lambda: cluster.primary_of("{a}").client.exists("bb:{a}:meta") == 1)
        counts = await queue.counts()
    assert counts.waiting == counts.delayed == 0
    assert set(ran) == set(added)
    twice = sum(times > 1 for times in ran.values())
    assert not twice
    publish(
        Finding(
            f"a slot that moves under load, {way}", MOVES, seed, 0,
            {"jobs": len(added), "run twice": twice},
        )
    )  # fmt: skip


def _move(cluster: Cluster, way: str) -> None:
    source = cluster.primary_of("{a}")
    target = next(node for node in cluster.primaries if node is not source)
    if way == "key by key":
        # The pauses let calls meet a slot that is half here and half there.
        cluster.move_slot(_SLOT, target, pause=0.05)
    else:
        _migrate(source, target)


def _migrate(source: Node, target: Node) -> None:
    """As Valkey 9 does by itself."""
    try:
        source.cluster("MIGRATESLOTS", "SLOTSRANGE", _SLOT, _SLOT, "NODE", target.id)
    except redis.ResponseError as error:
        pytest.skip(f"this server cannot: {error}")
    while True:
        with contextlib.suppress(IndexError):
            facts = source.cluster("GETSLOTMIGRATIONS")[0]
            if facts[b"state"] == b"success":
                return
            assert facts[b"state"] not in {b"failed", b"cancelled"}, facts
