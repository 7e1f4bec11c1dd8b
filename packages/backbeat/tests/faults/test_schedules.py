"""Schedules whose workers are killed, cut off and frozen: each slot runs once, none is missed."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Any, Final

import pytest

from backbeat.engine.ids import run_id
from backbeat.engine.scripts import scripts
from backbeat.schedules.every import every
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.fault_report import Finding, publish, size
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.nursery import Hand
from packages.backbeat.tests.support.oracles import effects_are_exact
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scene import Scene

LEASE_S: Final = 0.6
WORKERS: Final = 3
SCHEDULES: Final = size(ci=10, long=20)
SLOTS: Final = size(ci=30, long=500)
PERIOD_S: Final = 0.1


async def plan(scene: Scene, slots: int, **options: Any) -> list[str]:
    """Schedules of so many slots each, all of which have to run; the ids of their jobs."""
    handler = scene.app.queue(fault_app.QUEUE).handlers["effect"]
    # Nothing is kept: a slot that is fired twice makes a second job, with a second effect.
    call = handler.options(keep=0).call(1)
    # So far ahead that all of them are there before the first slot.
    start, rule = datetime.now(UTC) + timedelta(seconds=1), every(PERIOD_S)
    first = rule.after(round(start.timestamp() * 1000) - 1)
    expected = []
    for number in range(SCHEDULES):
        name = f"s{number}"
        await scene.app.schedules.upsert(
            name, rule, call, missed="all", cap=1_000, limit=slots, start=start, **options
        )
        expected += [run_id(name, slot) for slot in islice(count(first, rule.period_ms), slots)]
    return expected


async def until_over(scene: Scene, expected: list[str], seconds: float) -> None:
    """Wait until every slot was fired and every job has ended."""

    async def over() -> bool:
        infos = await scene.app.schedules.list()
        counts = await scene.counts()
        left = counts.waiting + counts.delayed + counts.active
        return not left and all(info.next_at is None for info in infos)

    await scene.until(over, "all slots have run", seconds=seconds)
    infos = await scene.app.schedules.list()
    assert sum(info.fired for info in infos) == len(expected)
    check(scene.server.client, scene.keys)


async def kill_now_and_then(scene: Scene, crew: list[Hand], over: "asyncio.Task[None]") -> int:
    """Kill workers, one after the other, until something is over; how many."""
    kills = 0
    while not over.done():
        await asyncio.sleep(scene.random.uniform(0.02, 0.25))
        place = scene.random.randrange(len(crew))
        await asyncio.to_thread(crew[place].kill)
        crew[place] = scene.work(lease=LEASE_S, concurrency=8)
        kills += 1
    await over
    return kills


async def test_killed_workers_miss_no_slot_and_run_none_twice(scene: Scene, seed: int) -> None:
    crew = [scene.work(lease=LEASE_S, concurrency=8) for _ in range(WORKERS)]
    await scene.ready(WORKERS)
    expected = await plan(scene, SLOTS)
    over = asyncio.create_task(until_over(scene, expected, seconds=SLOTS * PERIOD_S * 4 + 30))
    kills = await kill_now_and_then(scene, crew, over)
    await scene.dismiss()

    assert kills >= size(ci=10, long=200)
    doubled = effects_are_exact(scene.ledger, expected)
    figures: dict[str, float] = {"slots": len(expected), "doubled effects without a guard": doubled}
    publish(Finding("kill -9 of workers that fire schedules", kills, seed, figures=figures))


async def test_a_lost_reply_of_a_firing_makes_no_second_job(
    scene: Scene, proxy: FaultProxy, seed: int
) -> None:
    fire = scripts()["fire"].sha.encode()
    proxy.inject("cut_reply", fire, times=None, chance=0.3)
    proxy.inject("cut", fire, times=None, chance=0.1)
    for _ in range(2):
        scene.work(url=proxy.url, concurrency=8)
    await scene.ready(2)
    expected = await plan(scene, size(ci=20, long=200))
    await until_over(scene, expected, seconds=size(ci=40, long=400))
    proxy.clear()
    await scene.dismiss()

    assert proxy.fired >= size(ci=5, long=100)
    # Every worker lived all the time, so that even without a guard nothing happened twice.
    assert effects_are_exact(scene.ledger, expected) == 0
    figures = {"slots": float(len(expected))}
    publish(Finding("replies of firings lost at random", proxy.fired, seed, figures=figures))


async def test_runs_that_are_queued_never_overlap_though_workers_are_killed(
    scene: Scene, seed: int
) -> None:
    crew = [scene.work(lease=LEASE_S, concurrency=8) for _ in range(WORKERS)]
    await scene.ready(WORKERS)
    slots = size(ci=8, long=60)
    expected = await plan(scene, slots, overlap="queue")
    over = asyncio.create_task(until_over(scene, expected, seconds=slots * 2 + 40))
    kills = await kill_now_and_then(scene, crew, over)
    await scene.dismiss()

    effects_are_exact(scene.ledger, expected)
    for number in range(SCHEDULES):
        own = [
            job_id for job_id in scene.ledger.guarded if job_id.startswith(f"schedule:s{number}:")
        ]
        assert own == sorted(own), "a slot ran before the one ahead of it had ended"
    publish(Finding("kill -9 while runs of schedules are queued", kills, seed))


@pytest.mark.parametrize("workers", [2])
async def test_a_frozen_worker_that_was_asked_to_fire_holds_nobody_up(
    scene: Scene, workers: int
) -> None:
    crew = [scene.work(lease=LEASE_S, concurrency=8) for _ in range(workers)]
    await scene.ready(workers)
    expected = await plan(scene, 10)
    for hand in crew * 2:
        hand.freeze()
        await asyncio.sleep(LEASE_S * 2)
        hand.thaw()
    await until_over(scene, expected, seconds=30)
    effects_are_exact(scene.ledger, expected)
