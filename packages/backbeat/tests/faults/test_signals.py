"""Signals to a supervisor: what is short ends, what is long goes back, nothing is a crash."""

import signal
import time

import pytest

from backbeat.engine.states import State
from packages.backbeat.tests.support.fault_report import Finding, beyond, publish
from packages.backbeat.tests.support.oracles import effects_are_exact, nobody_works, states_of
from packages.backbeat.tests.support.scene import Scene

SHORT = LONG = 10
# A supervisor ends a second after the grace at the latest.
END_S = 1.0
GRACE_S = 2.0


@pytest.mark.rounds(20)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_short_jobs_end_and_long_ones_go_back_without_losing_an_attempt(
    scene: Scene, number: signal.Signals, seed: int
) -> None:
    supervised = scene.supervise(processes=2, concurrency=20, grace=GRACE_S, lease=300.0)
    short = await scene.add(SHORT, ms=(700, 1_000))
    long = await scene.add(LONG, "slow_once", ms=(60_000, 60_000))
    await scene.until(lambda: scene.ledger.begun() == SHORT + LONG, "all jobs run")
    told_at = time.monotonic()
    supervised.signal(number)
    assert supervised.wait() == 0
    took = time.monotonic() - told_at

    tally = states_of(scene.server.client, scene.keys, scene.accepted)
    assert tally == {"completed": SHORT, "waiting": LONG}
    assert scene.server.client.zcard(scene.keys.key("leases")) == 0
    for job_id in long:
        info = await scene.queue.get(job_id)
        assert [attempt.outcome for attempt in info.history] == ["released"]
        assert (info.attempts, info.failures) == (1, 0)
    assert effects_are_exact(scene.ledger, short) == 0
    await others_finish(scene)
    late = beyond([took], GRACE_S + END_S)
    figures = {"grace in s": GRACE_S, "ended after s": round(took, 3)}
    publish(Finding(f"{number.name} with short and long jobs", SHORT + LONG, seed, late, figures))


async def others_finish(scene: Scene) -> None:
    """Nothing was left behind that would keep the next worker from the rest."""
    scene.work()
    await scene.until_ended()
    await scene.dismiss()
    nobody_works(scene.server.client, scene.keys)
    assert effects_are_exact(scene.ledger, scene.accepted) == 0


@pytest.mark.rounds(20)
async def test_a_second_signal_ends_at_once_and_the_jobs_are_back(scene: Scene, seed: int) -> None:
    supervised = scene.supervise(processes=2, concurrency=LONG, grace=60.0, lease=300.0)
    # One that registers at that very moment is not known yet: its place lasts as long as a lease.
    await scene.ready(2)
    ids = await scene.add(LONG, "slow_once", ms=(60_000, 60_000))
    await scene.until(lambda: scene.ledger.begun() == LONG, "all jobs run")
    supervised.signal(signal.SIGTERM)
    await scene.until(lambda: "stopping" in supervised.log, "it stops")
    told_at = time.monotonic()
    supervised.signal(signal.SIGTERM)
    assert supervised.wait() == 128 + signal.SIGTERM
    took = time.monotonic() - told_at

    assert states_of(scene.server.client, scene.keys, ids) == {"waiting": LONG}
    for job_id in ids:
        assert (await scene.queue.get(job_id)).state is State.WAITING
    await others_finish(scene)
    figures = {"ended after s": round(took, 3)}
    publish(Finding("SIGTERM twice", LONG, seed, beyond([took], END_S), figures))


@pytest.mark.rounds(20)
async def test_children_whose_supervisor_was_killed_finish_and_end_by_themselves(
    scene: Scene,
) -> None:
    supervised = scene.supervise(processes=2, concurrency=SHORT, lease=3.0, grace=10.0)
    await scene.ready(2)
    await scene.add(SHORT, ms=(3_500, 3_500))
    await scene.until(lambda: scene.ledger.begun() == SHORT, "all jobs run")
    supervised.kill_alone()
    # The jobs are longer than the lease: from now on the children keep it themselves.
    await scene.until_ended()
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    await scene.until_registered(0)
    await scene.until(lambda: not supervised.orphans(), "they have ended")
