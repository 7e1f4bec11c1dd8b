"""Locks whose holders are paused, whose replies are lost, whose workers are killed."""

import asyncio
import os
import signal
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from backbeat import Backbeat, Rate
from backbeat.engine.permits.calls import Wish
from backbeat.engine.permits.scripts import permit_scripts
from packages.backbeat.tests.support import limited_app
from packages.backbeat.tests.support.fault_report import Figures, Finding, publish, size
from packages.backbeat.tests.support.fenced_store import FencedStore
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scene import Scene

TTL_MS = 100
TRIES = 1_000
AT_ONCE = 100
FROZEN = size(ci=2, long=1_000)
FROZEN_AT_ONCE = 4
# Rounds of taking and giving back; in each two or three replies are lost.
ROUNDS = size(ci=30, long=1_200)
SECTIONS = size(ci=100, long=3_000)
KILLS = size(ci=12, long=400)
LEASE_S = 0.6
# For all of the work, however busy the machine is.
PATIENCE_S = size(ci=100, long=900)


async def test_a_holder_paused_past_its_time_writes_nothing_into_a_fenced_store(
    valkey: PrivateServer, tmp_path: Path, seed: int
) -> None:
    """Nobody extends here: for the server a silent holder and a paused one are the same."""
    app, store = Backbeat(valkey.url), FencedStore(tmp_path / "store")
    permits = (await app.connections.open()).permits

    async def one(number: int) -> bool:
        name = f"thing {number}"
        paused = await permits.hold(Wish(name, f"p{number}", f"p{number}", TTL_MS), "take")
        assert store.write(name, paused.fence)
        await asyncio.sleep(TTL_MS / 1000)
        async with app.lock(name) as lock:
            assert store.write(name, lock.fence)
            return store.write(name, paused.fence)

    stale = 0
    for first in range(0, TRIES, AT_ONCE):
        stale += sum(await asyncio.gather(*(one(first + n) for n in range(AT_ONCE))))
    await app.close()
    store.close()
    assert stale == 0
    publish(Finding("lock holder paused past its time", n=TRIES, violations=stale, seed=seed))


async def test_a_process_frozen_past_its_time_writes_nothing_into_a_fenced_store(
    valkey: PrivateServer, tmp_path: Path, seed: int
) -> None:
    app, store = Backbeat(valkey.url), FencedStore(tmp_path / "store")
    counts: list[int] = []
    for first in range(0, FROZEN, FROZEN_AT_ONCE):
        names = [f"thing {n}" for n in range(first, min(first + FROZEN_AT_ONCE, FROZEN))]
        some = (freeze_one(app, store, tmp_path / "store", name) for name in names)
        counts += await asyncio.gather(*some)
    await app.close()
    store.close()
    figures: Figures = {"writes tried after the thaw": sum(counts)}
    publish(Finding("lock holder frozen by SIGSTOP", n=FROZEN, seed=seed, figures=figures))


async def freeze_one(app: Backbeat, store: FencedStore, path: Path, name: str) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "packages.backbeat.tests.support.lock_process",
        app.settings.url or "", str(path), name, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() == b"held"
    # Frozen in the middle of a write it would hold the store, and nobody could write at all.
    with store.closed():
        freeze(process.pid)
    async with app.lock(name) as lock:
        assert store.write(name, lock.fence)
        before = len(store.accepted(name))
        os.kill(process.pid, signal.SIGCONT)
        tries, _ = map(int, (await process.stdout.readline()).split())
        assert await process.wait() == 0
        lock.check()
        assert store.accepted(name)[before:] == []
    return tries


def freeze(pid: int) -> None:
    """Stop a process; it has stopped when this returns."""
    os.kill(pid, signal.SIGSTOP)
    while psutil.Process(pid).status() != psutil.STATUS_STOPPED:
        pass


async def test_lost_replies_of_locks_and_gates_have_one_effect(
    own_server: PrivateServer, proxy: FaultProxy, seed: int
) -> None:
    app, near = Backbeat(proxy.url), Backbeat(own_server.url)
    gate = app.rate_gate("gate", rate=Rate(100_000, per=3_600))
    for name in ("hold", "release", "extend", "take"):
        sha = permit_scripts()[name].sha.encode()
        proxy.inject("cut_reply", sha, times=None, chance=0.3)
    inside = passed = 0
    fences: list[int] = []

    async def work(rounds: int) -> None:
        nonlocal inside, passed
        for _ in range(rounds):
            async with app.lock("one", ttl=60) as lock:
                inside += 1
                assert inside == 1
                fences.append(lock.fence)
                await gate.wait()
                passed += 1
                inside -= 1

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*(work(ROUNDS // 5) for _ in range(5)))
    proxy.clear()
    assert fences == sorted(set(fences))
    assert len(fences) == passed == ROUNDS // 5 * 5
    seen = await near.locks.look("one")
    assert (seen.holders, seen.waiting) == ((), 0)
    assert (await near.rate_gate("gate", rate=Rate(100_000, per=3_600)).look()).free == (
        100_000 - passed
    )
    await app.close()
    await near.close()
    publish(Finding("replies of locks and gates lost", n=proxy.fired, seed=seed))


async def test_killed_workers_leave_no_lock_behind_and_sections_never_overlap(
    scene: Scene, seed: int
) -> None:
    app = limited_app.build(scene.server.url)
    queue = app.queue("locked")
    calls = [("section", {"key": f"k{n % 4}", "ms": scene.random.randint(5, 40)})
             for n in range(SECTIONS)]  # fmt: skip
    await queue.add_many(calls)
    options: dict[str, Any] = {
        "app": "limited", "queues": ["locked"], "lease": LEASE_S, "concurrency": 8
    }  # fmt: skip
    crew = [scene.work(**options) for _ in range(4)]
    for _ in range(KILLS):
        await asyncio.sleep(scene.random.uniform(0.02, 0.16))
        place = scene.random.randrange(len(crew))
        await asyncio.to_thread(crew[place].kill)
        crew[place] = scene.work(**options)

    async def over() -> bool:
        return (await queue.counts()).total_completed == SECTIONS

    await scene.until(over, "all sections have been done", seconds=PATIENCE_S)
    assert await no_overlaps(scene) >= SECTIONS
    for key in range(4):
        await scene.until(lambda key=key: is_free(scene, f"k{key}"), "the lock is free")  # type: ignore[misc]
    await app.close()
    publish(Finding("kill -9 of workers whose jobs hold locks", n=KILLS, seed=seed))


async def no_overlaps(scene: Scene) -> int:
    with limited_app.opened(scene.ledger.path) as file:
        rows = file.execute("SELECT key, fence, began, ended FROM sections").fetchall()
    for key in {row[0] for row in rows}:
        sections = sorted(row[2:] + row[1:2] for row in rows if row[0] == key)
        for (_, ended, fence), (began, _, next_fence) in pairwise(sections):
            assert ended <= began, f"two were in {key} at once"
            assert fence < next_fence
    return len(rows)


async def is_free(scene: Scene, name: str) -> bool:
    seen = await scene.app.locks.look(name)
    return not (seen.holders or seen.parked or seen.waiting)
