"""Workers that are killed while groups keep the order: one job of a group at a time, in order."""

import asyncio
from typing import Final

from packages.backbeat.tests.support.fault_report import Finding, publish, size
from packages.backbeat.tests.support.nursery import Hand
from packages.backbeat.tests.support.oracles import effects_are_exact, nobody_works, states_of
from packages.backbeat.tests.support.scene import Scene

WORKERS: Final = 4
GROUPS: Final = 12
LEASE_S: Final = 0.6
KILLS: Final = size(ci=20, long=400)
JOBS_OF_EACH: Final = size(ci=15, long=300)


async def test_killed_workers_break_no_order_and_lose_no_job(scene: Scene, seed: int) -> None:
    lines = {f"tenant-{number}": list[str]() for number in range(GROUPS)}
    for group in lines:
        await scene.queue.groups.configure(group, ordered=True)
    for _ in range(JOBS_OF_EACH):
        for group, line in lines.items():
            handle = await scene.queue.add(
                "effect", {"ms": scene.random.randint(5, 60)}, group=group
            )
            line.append(handle.id)
            scene.accepted.append(handle.id)
    crew = [scene.work(lease=LEASE_S, concurrency=8) for _ in range(WORKERS)]
    await kill_one_after_the_other(scene, crew)
    await scene.until_ended(seconds=120)
    await scene.dismiss()

    client, keys = scene.server.client, scene.keys
    assert states_of(client, keys, scene.accepted) == {"completed": len(scene.accepted)}
    doubled = effects_are_exact(scene.ledger, scene.accepted)
    nobody_works(client, keys)
    for line in lines.values():
        assert_in_order(scene, line)
    publish(
        Finding(
            "kill -9 of workers whose groups keep the order",
            n=KILLS,
            seed=seed,
            figures={
                "jobs": len(scene.accepted),
                "groups": GROUPS,
                "doubled effects without a guard": doubled,
            },
        )
    )


async def kill_one_after_the_other(scene: Scene, crew: list[Hand]) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(scene.random.uniform(0.02, 0.16))
        place = scene.random.randrange(WORKERS)
        await asyncio.to_thread(crew[place].kill)
        crew[place] = scene.work(lease=LEASE_S, concurrency=8)


def assert_in_order(scene: Scene, line: list[str]) -> None:
    """Whenever a job of a group began, all before it had ended, and none after it had begun."""
    begun = [start.job_id for start in scene.ledger.starts if start.job_id in set(line)]
    places = [line.index(job_id) for job_id in begun]
    assert places == sorted(places), f"out of order: {begun}"
    done = [job_id for job_id in scene.ledger.guarded if job_id in set(line)]
    assert done == line, "effects are out of order"
