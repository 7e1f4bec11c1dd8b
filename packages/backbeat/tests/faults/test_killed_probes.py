"""A worker that dies while it tries whether a dependency is back: another tries in its place."""

import asyncio

from packages.backbeat.tests.support.scene import Scene

LEASE_S = 1.0


async def test_the_probe_of_a_killed_worker_is_not_lost_for_ever(scene: Scene) -> None:
    breaker = scene.app.breaker("probed")
    await breaker.open(0.1)
    hand = scene.work(lease=LEASE_S)
    await scene.add(1, "probe", ms=(60_000, 60_000))
    await scene.until_begun(1)
    others = await scene.add(5, "probe", ms=(0, 0))
    await asyncio.to_thread(hand.kill)
    assert (await breaker.info()).probes_running == 1

    scene.work(lease=LEASE_S)
    await scene.until_ended()

    info = await breaker.info()
    assert (info.state, info.probes_running) == ("closed", 0)
    held = [await scene.queue.get(job_id) for job_id in others]
    assert {each.failures for each in held} == {0}
    await scene.dismiss()
