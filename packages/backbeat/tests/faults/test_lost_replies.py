"""Replies that never arrive, with real workers behind a damaged network: one effect each."""

from collections.abc import AsyncIterator, Sequence

import pytest

from backbeat.app.queue import Queue
from backbeat.engine.scripts import scripts
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.fault_report import Finding, publish, size
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.oracles import effects_are_exact, states_of
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scene import Scene

LEASE_S = 2.0
# As many renewals as a lease of that length survives.
LOSSES = 2
JOBS = size(ci=3_000, long=40_000)
CHANCE = 0.2


@pytest.fixture
async def far_queue(scene: Scene, proxy: FaultProxy) -> AsyncIterator[Queue]:
    """The queue as seen by producers behind the proxy."""
    app = fault_app.build(proxy.url)
    yield app.queue(fault_app.QUEUE)
    proxy.clear()
    await app.close()


async def test_lost_replies_of_everything_at_random_are_one_effect_each(
    scene: Scene, proxy: FaultProxy, far_queue: Queue, seed: int
) -> None:
    for _ in range(3):
        scene.work(url=proxy.url, concurrency=20)
    await scene.ready(3)
    proxy.inject("cut_reply", times=None, chance=CHANCE)
    for number in range(JOBS // 50):
        calls = [("flaky" if number % 3 == 0 else "effect", {"ms": 5})] * 50
        handles = await far_queue.add_many(calls)
        assert all(handle.created for handle in handles)
        scene.accepted += [handle.id for handle in handles]
        await retire_one(scene, far_queue)
    await scene.until_ended(seconds=100)
    proxy.clear()
    await scene.dismiss()

    tally = states_of(scene.server.client, scene.keys, scene.accepted)
    retired = cancelled(scene)
    done = [job_id for job_id in scene.accepted if job_id not in retired]
    assert tally == {"completed": len(done), "cancelled": len(scene.accepted) - len(done)}
    # Every worker lived all the time, so that even without a guard nothing happened twice.
    assert effects_are_exact(scene.ledger, done) == 0
    figures = {"jobs": len(scene.accepted), "chance": CHANCE}
    publish(Finding("replies lost at random", proxy.fired, seed, figures=figures))


async def retire_one(scene: Scene, far_queue: Queue) -> None:
    """Operators are behind the same network."""
    handle = await far_queue.add("effect", {"ms": 0}, delay=3_600)
    assert handle.created
    scene.accepted.append(handle.id)
    assert await far_queue.cancel(handle.id, "never mind") == "cancelled"


def cancelled(scene: Scene) -> set[str]:
    return set(check(scene.server.client, scene.keys).zsets["cancelled"])


@pytest.mark.parametrize("script", ["register", "tick", "renew", "report", "reclaim", "leave"])
async def test_a_lost_reply_of_a_script_of_the_worker_is_one_effect(
    scene: Scene, proxy: FaultProxy, script: str, seed: int
) -> None:
    # The reply that is lost shall be that of the script, not that of a server without it.
    for each in scripts().values():
        scene.server.client.script_load(each.text)
    left_behind = await jobs_of_a_dead_worker(scene)
    # Added before anybody works, so that already the first tick claims some of them.
    talking = await scene.add(10, "talk", ms=(300, 400))
    proxy.inject("cut_reply", scripts()[script].sha.encode(), times=LOSSES)
    worker = scene.work(url=proxy.url, lease=LEASE_S, concurrency=20)
    await scene.until_ended()
    worker.stop()
    assert worker.wait() == 0

    assert 1 <= proxy.fired <= LOSSES
    assert states_of(scene.server.client, scene.keys, scene.accepted) == {"completed": 15}
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    assert "claimed and not started" not in scene.log, "the claim itself was not given again"
    for job_id in left_behind:
        info = await scene.queue.get(job_id)
        assert [attempt.outcome for attempt in info.history] == ["stalled"]
    for job_id in talking:
        assert await scene.queue.logs(job_id) == ["one", "two", "three"]
        assert (await scene.queue.get(job_id)).history == ()
    publish(Finding(f"reply of {script} lost", n=proxy.fired, seed=seed))


async def test_a_lost_reply_to_the_end_of_a_blocking_job_ends_it_once(
    scene: Scene, proxy: FaultProxy, seed: int
) -> None:
    expire = scripts()["expire"]
    scene.server.client.script_load(expire.text)
    proxy.inject("cut_reply", expire.sha.encode())
    scene.work(url=proxy.url, cancel_grace=0.1, block_warning=0.2)
    [job_id] = await scene.add(1, "blocking", ms=(1_500, 1_500))
    await scene.until_ended()
    assert proxy.fired == 1
    await scene.add(1, ms=(0, 0))
    await scene.until_ended()
    info = await scene.queue.get(job_id)
    assert info.error is not None
    assert info.error.reason == "timeout"
    assert [attempt.outcome for attempt in info.history] == ["failed"]
    assert (await scene.counts()).total_failed == 1
    publish(Finding("reply of expire lost", n=1, seed=seed))


async def jobs_of_a_dead_worker(scene: Scene) -> Sequence[str]:
    dead = scene.work(lease=LEASE_S, concurrency=5)
    ids = await scene.add(5, "slow_once", ms=(60_000, 60_000))
    await scene.until(lambda: scene.ledger.begun() == 5, "all jobs run")
    dead.kill()
    return ids
