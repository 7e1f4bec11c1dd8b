"""Flows over two queues while every worker is killed again and again."""

import asyncio
from functools import partial
from typing import Any

from backbeat import FlowHandle, FlowJob
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.fault_report import size
from packages.backbeat.tests.support.scene import Scene

WORKERS = 3
LEASE_S = 0.6
KILLS = size(ci=40, long=1_000)
FLOWS = size(ci=40, long=1_000)


async def test_killed_workers_leave_no_flow_stuck_and_no_parent_before_its_children(
    scene: Scene,
) -> None:
    crew = [scene.work(lease=LEASE_S, concurrency=4) for _ in range(WORKERS)]
    started = [await start(scene, number) for number in range(FLOWS)]
    for _ in range(KILLS):
        await asyncio.sleep(scene.random.uniform(0.01, 0.1))
        place = scene.random.randrange(WORKERS)
        await asyncio.to_thread(crew[place].kill)
        crew[place] = scene.work(lease=LEASE_S, concurrency=4)

    for handle, _ in started:
        await scene.until(partial(over, handle), f"{handle} has ended", seconds=60)
        info = await handle.info()
        assert info.completed == info.total, info
    begun = {start.job_id: start.at for start in reversed(scene.ledger.starts)}
    done = set(scene.ledger.guarded)
    for _, jobs in started:
        for job in jobs:
            assert job.id in done
            for child, _ in job.after:
                assert begun[job.id] > begun[child.id], f"{job.id} began before {child.id}"


async def start(scene: Scene, number: int) -> tuple[FlowHandle, list[FlowJob[Any]]]:
    """Two that stand on one, and one that stands on both, in two queues."""
    queues = [scene.app.queue(name) for name in (fault_app.QUEUE, fault_app.SECOND)]
    flow = scene.app.flow(f"flow-{number}")

    def add(*after: FlowJob[Any]) -> FlowJob[Any]:
        handler = scene.random.choice(queues).handlers["effect"]
        return flow.add(handler.call(ms=scene.random.randint(5, 60)), after=after)

    base = add()
    left, right = add(base), add(base)
    jobs = [base, left, right, add(left, right)]
    return await flow.start(), jobs


async def over(handle: FlowHandle) -> bool:
    """Whether all jobs of a flow have ended."""
    return (await handle.info()).open == 0
