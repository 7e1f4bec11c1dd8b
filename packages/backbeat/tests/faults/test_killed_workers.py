"""Workers that are killed at any moment: no job is lost, and a guarded effect happens once."""

import asyncio

import pytest

from backbeat.engine.states import State
from packages.backbeat.tests.support.fault_report import (
    LONG,
    Finding,
    beyond,
    distribution,
    publish,
    size,
)
from packages.backbeat.tests.support.nursery import Hand
from packages.backbeat.tests.support.oracles import (
    comebacks,
    effects_are_exact,
    keys_are_baseline,
    nobody_works,
    redeliveries,
    states_of,
)
from packages.backbeat.tests.support.scene import Scene

WORKERS = 6
LEASE_S = 0.6
# The jobs of a dead worker are back a second after its lease at the latest.
BACK_S = LEASE_S + 1.0
KILLS = size(ci=200, long=2_000)
JOBS = size(ci=5_000, long=50_000)


@pytest.mark.timeout(1_200 if LONG else 400)
async def test_killed_workers_lose_no_job_and_guarded_effects_happen_once(
    scene: Scene, seed: int
) -> None:
    await scene.add(JOBS, ms=(20, 180))
    crew = [scene.work(lease=LEASE_S, concurrency=8) for _ in range(WORKERS)]
    await kill_one_after_the_other(scene, crew)
    await scene.until_ended(seconds=120)
    # Who was killed last is known until its lease is over, and nobody looks once all have left.
    await scene.until_registered(WORKERS)
    await scene.dismiss()

    client, keys = scene.server.client, scene.keys
    assert states_of(client, keys, scene.accepted) == {"completed": len(scene.accepted)}
    doubled = effects_are_exact(scene.ledger, scene.accepted)
    nobody_works(client, keys)
    publish(finding(scene, seed, doubled))
    await scene.queue.clean(State.COMPLETED, limit=len(scene.accepted))
    keys_are_baseline(client, keys)


async def kill_one_after_the_other(scene: Scene, crew: list[Hand]) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(scene.random.uniform(0.01, 0.1))
        place = scene.random.randrange(WORKERS)
        await asyncio.to_thread(crew[place].kill)
        crew[place] = scene.work(lease=LEASE_S, concurrency=8)
        if (await scene.counts()).waiting < 100:
            await scene.add(500, ms=(20, 180))


def finding(scene: Scene, seed: int, doubled: int) -> Finding:
    deaths = {hand.pid: hand.died_at for hand in scene.hands if hand.died_at is not None}
    client, keys, starts = scene.server.client, scene.keys, scene.ledger.starts
    again = distribution(redeliveries(starts, deaths))
    back = comebacks(client, keys, starts, deaths)
    # Else this tells of nothing: most of the killed had work in hand.
    assert again["n"] >= KILLS // 2
    assert len(back) >= again["n"] / 2
    assert distribution(back)["p50"] <= BACK_S
    return Finding(
        "kill -9 of workers without a supervisor",
        n=KILLS,
        seed=seed,
        violations=beyond(back, BACK_S),
        figures={
            "jobs": len(scene.accepted),
            "redeliveries": again["n"],
            "started again after s, p50": again["p50"],
            "started again after s, max": again["max"],
            "doubled effects without a guard": doubled,
            "lease in s": LEASE_S,
        },
        seconds=distribution(back),
    )
