"""Workers that are frozen beyond their lease: what they say when they thaw changes nothing."""

import time

import pytest

from backbeat.app.info import JobInfo
from backbeat.engine.scripts import scripts
from backbeat.engine.states import State
from packages.backbeat.tests.support.fault_report import Figures, Finding, publish, size
from packages.backbeat.tests.support.nursery import Hand
from packages.backbeat.tests.support.oracles import effects_are_exact, states_of
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scene import Scene

LEASE_S = 0.5
# Long enough that a busy machine starts all jobs before the lease is given up.
CUT_OFF_LEASE_S = 3.0
EACH = 20
ROUNDS = size(ci=2, long=50)
TICK = scripts()["tick"].sha.encode()


async def test_what_a_frozen_worker_says_after_its_lease_is_refused(
    scene: Scene, seed: int
) -> None:
    for _ in range(ROUNDS):
        frozen, ids = await freeze_one_that_works(scene)
        other = scene.work(lease=LEASE_S, concurrency=EACH)
        await scene.until_ended()
        frozen.thaw()
        await until_it_works_again(scene, frozen, other)
        for job_id in ids:
            check_that_only(other, await scene.queue.get(job_id))
            assert await scene.queue.logs(job_id) == []
        frozen.kill()
    assert states_of(scene.server.client, scene.keys, scene.accepted) == {
        "completed": len(scene.accepted)
    }
    effects_are_exact(scene.ledger, scene.accepted)
    publish(Finding("worker paused past its lease", n=ROUNDS * EACH, seed=seed))


async def freeze_one_that_works(scene: Scene) -> tuple[Hand, list[str]]:
    frozen = scene.work(lease=LEASE_S, concurrency=EACH)
    begun = scene.ledger.begun()
    ids = [*await scene.add(EACH, "slow_once", ms=(400, 600))]
    await scene.until_begun(begun + EACH)
    frozen.freeze()
    return frozen, ids


async def until_it_works_again(scene: Scene, frozen: Hand, other: Hand) -> None:
    """The worker has noticed what it missed once it does a job that nobody else can have done."""
    other.stop()
    other.wait()
    before = len(scene.ledger.guarded)
    await scene.add(1, ms=(0, 0))
    await scene.until(lambda: len(scene.ledger.guarded) == before + 1, "it works again")
    await scene.until_ended()
    assert scene.ledger.starts[-1].pid == frozen.pid


def check_that_only(other: Hand, info: JobInfo) -> None:
    assert info.state is State.COMPLETED
    assert info.result == other.pid
    assert info.progress is None
    assert [attempt.outcome for attempt in info.history] == ["stalled"]


async def test_a_finish_that_was_on_its_way_when_the_lease_ended_is_refused(
    scene: Scene, proxy: FaultProxy, seed: int
) -> None:
    refused = 0
    for _ in range(ROUNDS):
        late = scene.work(url=proxy.url, lease=LEASE_S, concurrency=EACH)
        begun = scene.ledger.begun()
        ids = await scene.add(EACH, ms=(300, 300))
        await scene.until_begun(begun + EACH)
        # From now on what it sends about these jobs stays on the way.
        for job_id in ids:
            proxy.inject("hold", job_id.encode(), times=None)
        # A process that is frozen in a transaction would hold the ledger's lock.
        await until_applied(scene, late)
        proxy.wait_fired(proxy.fired + 1)
        late.freeze()
        other = scene.work(lease=LEASE_S, concurrency=EACH)
        await scene.until_ended()

        assert proxy.release() > 0
        refused = await one_more_refusal(scene, refused)
        for job_id in ids:
            check_that_only(other, await scene.queue.get(job_id))
        proxy.clear()
        for hand in (late, other):
            hand.kill()
    assert (await scene.counts()).total_completed == ROUNDS * EACH
    figures: Figures = {"calls refused": refused}
    publish(Finding("finish delivered after its lease", ROUNDS * EACH, seed, figures=figures))


async def until_applied(scene: Scene, hand: Hand) -> None:
    await scene.until(lambda: scene.ledger.applied_by(hand.pid) == EACH, "all had their effect")


async def one_more_refusal(scene: Scene, before: int) -> int:
    await scene.until(lambda: refusals(scene) > before, "it was refused")
    return refusals(scene)


def refusals(scene: Scene) -> int:
    """How often the server has refused a worker that it does not know any more."""
    errors = scene.server.client.info("errorstats")
    return int(errors.get("errorstat_BB_LOST", {}).get("count", 0))


@pytest.mark.rounds(20)
async def test_a_worker_whose_renewals_are_cut_stops_its_jobs_before_others_start_them(
    scene: Scene, proxy: FaultProxy, seed: int
) -> None:
    proxy.inject("cut", scripts()["renew"].sha.encode(), times=None)
    scene.work(url=proxy.url, lease=CUT_OFF_LEASE_S, concurrency=EACH)
    ids = await scene.add(EACH, "slow_once", ms=(4_500, 4_500))
    await scene.until_begun(EACH)
    other = scene.work(lease=CUT_OFF_LEASE_S, concurrency=EACH)
    cut_off_until = time.time() + 5.0
    await scene.until_ended()
    await scene.until(lambda: time.time() > cut_off_until, "the first attempts would have ended")
    assert len(scene.ledger.unguarded) == EACH, "a job that was given to others went on here"
    effects_are_exact(scene.ledger, ids)
    other.kill()
    publish(Finding("renewals cut, everything else works", n=EACH, seed=seed))
