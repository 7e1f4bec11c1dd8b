"""Connections that break, hang, or are not there yet: workers find their way back."""

import asyncio
import time

import pytest

from backbeat.engine.scripts import scripts
from packages.backbeat.tests.support.fault_report import Finding, distribution, publish, size
from packages.backbeat.tests.support.oracles import effects_are_exact, states_of
from packages.backbeat.tests.support.proxy import FaultProxy, Kind
from packages.backbeat.tests.support.scene import Scene

RESETS = size(ci=30, long=1_000)
FREEZES = size(ci=1, long=20)
JOBS = 40
KINDS: tuple[Kind, ...] = ("cut", "reset")


async def test_idle_workers_whose_connections_were_reset_take_the_next_job(
    scene: Scene, proxy: FaultProxy, seed: int
) -> None:
    for _ in range(2):
        scene.work(url=proxy.url)
    await scene.ready(2)
    times: list[float] = []
    for _ in range(RESETS):
        proxy.reset()
        added_at = time.time()
        await scene.add(1, ms=(0, 0))
        await scene.until_ended()
        times.append(scene.ledger.starts[-1].at - added_at)
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    publish(Finding("RST of every connection", RESETS, seed, seconds=distribution(times)))


async def test_connections_that_hang_lose_and_double_no_job(
    scene: Scene, proxy: FaultProxy, seed: int
) -> None:
    times: list[float] = []
    for _ in range(2):
        scene.work(url=proxy.url, concurrency=JOBS // 2)
    for _ in range(FREEZES):
        await scene.ready(2)
        begun = scene.ledger.begun()
        await scene.add(JOBS, ms=(300, 600))
        await scene.until_begun(begun + JOBS)
        proxy.freeze()
        await scene.until(lambda: len(scene.ledger.guarded) == len(scene.accepted), "all are done")
        # New connections work from now on; those that hang stay as they are.
        proxy.clear()
        cleared_at = time.time()
        await scene.add(1, ms=(0, 0))
        await scene.until_ended(seconds=60)
        times.append(scene.ledger.starts[-1].at - cleared_at)
    tally = states_of(scene.server.client, scene.keys, scene.accepted)
    assert tally == {"completed": len(scene.accepted)}
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    publish(Finding("half-open connections", FREEZES * JOBS, seed, seconds=distribution(times)))


@pytest.mark.rounds(20)
async def test_a_renewal_that_hangs_on_its_way_is_made_again_in_time(
    scene: Scene, proxy: FaultProxy, seed: int
) -> None:
    proxy.inject("half_open", scripts()["renew"].sha.encode(), times=2)
    for each in scripts().values():
        scene.server.client.script_load(each.text)
    scene.work(url=proxy.url, lease=6.0, concurrency=JOBS)
    await scene.add(JOBS, ms=(5_500, 5_500))
    await scene.until_ended()
    assert proxy.fired == 2
    assert "was not renewed" in scene.log
    assert scene.ledger.begun() == JOBS
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    publish(Finding("half-open connection of the keeper", proxy.fired, seed))


@pytest.mark.rounds(20)
async def test_a_worker_that_is_older_than_its_server_works_when_there_is_one(
    scene: Scene, seed: int
) -> None:
    scene.server.kill()
    supervised = scene.supervise(processes=1)
    bare = scene.work()
    await scene.until(lambda: "Connection refused" in supervised.log, "it waits")
    await asyncio.to_thread(scene.server.start)
    started_at = time.time()
    pids = await scene.ready(2)
    assert bare.pid in pids
    await scene.add(20, ms=(1, 1))
    await scene.until_ended()
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    first = scene.ledger.starts[0].at - started_at
    publish(Finding("worker started before its server", 1, seed, seconds=distribution([first])))


@pytest.mark.rounds(20)
async def test_a_slow_network_is_no_reason_to_run_a_job_twice(
    scene: Scene, proxy: FaultProxy, seed: int
) -> None:
    scene.work(url=proxy.url, lease=4.0, concurrency=10)
    scene.work(lease=4.0, concurrency=10)
    await scene.ready(2)
    proxy.delay_s = 0.1
    await scene.add(JOBS, ms=(100, 3_000))
    await scene.until_ended()
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    assert scene.ledger.begun() == JOBS, scene.log
    publish(Finding("200 ms round trips", JOBS, seed))


@pytest.mark.rounds(20)
async def test_calls_that_are_lost_before_the_server_saw_them_are_made_again(
    scene: Scene, proxy: FaultProxy, seed: int
) -> None:
    scene.work(url=proxy.url, concurrency=10)
    await scene.ready(1)
    tick = scripts()["tick"].sha.encode()
    for kind in KINDS:
        proxy.inject(kind, tick, times=2)
    await scene.add(JOBS, ms=(1, 20))
    await scene.until_ended()
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    assert proxy.fired == 2 * len(KINDS)
    publish(Finding("ticks lost on their way to the server", proxy.fired, seed))
