"""A server that is killed and started again under load: what it acknowledged is there."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from backbeat.errors import ServerUnavailable
from packages.backbeat.tests.support.fault_report import Finding, distribution, publish, size
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.oracles import effects_are_exact, states_of
from packages.backbeat.tests.support.scene import Scene

KILLS = size(ci=5, long=100)
PRODUCERS = 6
WORKERS = 3
# Workers must be able to lose their server for a while without losing their jobs.
LEASE_S = 8.0


@pytest.mark.parametrize("own_server", ["always", "everysec"], indirect=True)
async def test_nothing_acknowledged_is_lost_and_workers_go_on(
    scene: Scene, seed: int, request: pytest.FixtureRequest
) -> None:
    fsync = request.node.callspec.params["own_server"]
    for _ in range(WORKERS):
        scene.work(lease=LEASE_S, concurrency=10)
    over = asyncio.Event()
    producers = [asyncio.create_task(produce(scene, number, over)) for number in range(PRODUCERS)]
    ups = await kill_again_and_again(scene)
    over.set()
    await asyncio.gather(*producers)
    due, up = await delayed_jobs_due_while_it_is_down(scene)
    await scene.until(nothing_left_to_do(scene), "all jobs have ended", seconds=60)

    lost = left_out(scene)
    # What was written once a second may be lost, and is counted.
    assert not lost or fsync == "everysec"
    assert states_of(scene.server.client, scene.keys, scene.accepted) == {
        "completed": len(scene.accepted)
    }
    scene.accepted += lost & set(scene.ledger.guarded)
    doubled = effects_are_exact(scene.ledger, scene.accepted)
    starts = scene.ledger.starts
    delayed = [start for start in starts if start.job_id in due]
    assert delayed, "none of them ran"
    assert all(start.at >= due[start.job_id] for start in delayed), "one ran before its time"
    late = max(start.at for start in delayed) - up
    first = [min((start.at for start in starts if start.at > up), default=up) - up for up in ups]
    figures = {
        "acknowledged adds": len(scene.accepted),
        "of these lost": len(lost),
        "doubled effects without a guard": doubled,
        "delayed jobs due meanwhile, s after the server was up": round(late, 3),
    }
    publish(
        Finding(
            f"kill -9 of the server under load, fsync {fsync}",
            KILLS,
            seed,
            0,
            figures,
            distribution(first),
        )
    )


def nothing_left_to_do(scene: Scene) -> Callable[[], Awaitable[bool]]:
    async def fact() -> bool:
        counts = await scene.counts()
        return counts.waiting + counts.delayed + counts.active == 0

    return fact


def left_out(scene: Scene) -> set[str]:
    """Jobs that were acknowledged and are not there; they do not count as accepted any more."""
    places = check(scene.server.client, scene.keys).places
    lost = {job_id for job_id in scene.accepted if job_id not in places}
    scene.accepted = [job_id for job_id in scene.accepted if job_id not in lost]
    return lost


async def produce(scene: Scene, number: int, over: asyncio.Event) -> None:
    """Add one job after the other; an id counts once its add was acknowledged."""
    count = 0
    while not over.is_set():
        job_id = f"p{number}-{count}"
        try:
            await scene.queue.add("effect", {"ms": scene.random.randint(0, 40)}, id=job_id)
        except ServerUnavailable:
            # Whether it was added or not: the same id is one job.
            continue
        scene.accepted.append(job_id)
        count += 1
        # Leaves the loop to the others, and the workers a chance to keep up.
        await asyncio.sleep(0.005)


async def kill_again_and_again(scene: Scene) -> list[float]:
    """When the server was up again, each time."""
    ups: list[float] = []
    for _ in range(KILLS):
        await producers_go_on(scene)
        await asyncio.to_thread(scene.server.kill)
        await asyncio.sleep(scene.random.uniform(0, 0.4))
        await asyncio.to_thread(scene.server.start)
        ups.append(time.time())
    return ups


async def producers_go_on(scene: Scene) -> None:
    goal = len(scene.accepted) + 100
    await scene.until(lambda: len(scene.accepted) >= goal, "producers go on")


async def delayed_jobs_due_while_it_is_down(scene: Scene) -> tuple[dict[str, float], float]:
    """When each of some jobs is due, and when the server was up again, after that."""
    asked_at = time.time()
    handles = [
        await scene.queue.add("effect", {"ms": 0}, id=f"d{number}", delay=0.5)
        for number in range(20)
    ]
    scene.accepted += [handle.id for handle in handles]
    await asyncio.to_thread(scene.server.kill)
    await scene.until(lambda: time.time() > asked_at + 1.0, "all of them are due")
    await asyncio.to_thread(scene.server.start)
    return {handle.id: asked_at + 0.5 for handle in handles}, time.time()
