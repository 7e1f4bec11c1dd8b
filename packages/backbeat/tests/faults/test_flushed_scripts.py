"""A server that forgets all scripts again and again: nobody who calls notices."""

import asyncio
import time

from packages.backbeat.tests.support.fault_report import Figures, Finding, publish, size
from packages.backbeat.tests.support.oracles import effects_are_exact, states_of
from packages.backbeat.tests.support.scene import Scene

SECONDS = size(ci=4, long=120)
EVERY_S = 0.05


async def test_script_flush_under_load_is_no_error_to_anyone(scene: Scene, seed: int) -> None:
    for _ in range(2):
        scene.work(lease=3.0, concurrency=10)
    over = asyncio.Event()
    flushing = asyncio.create_task(flush_scripts(scene, over))
    until = time.monotonic() + SECONDS
    await asyncio.gather(*(produce(scene, until) for _ in range(3)), operate(scene, until))
    await scene.until_ended(seconds=60)
    over.set()

    tally = states_of(scene.server.client, scene.keys, scene.accepted)
    assert set(tally) == {"completed"}
    # No worker lost its lease, so that even without a guard nothing happened twice.
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    # Nobody so much as noticed: a call brings the script along where it is not known.
    assert "No matching script" not in scene.log
    figures: Figures = {"jobs": len(scene.accepted)}
    publish(Finding("SCRIPT FLUSH every 50 ms", await flushing, seed, figures=figures))


async def flush_scripts(scene: Scene, over: asyncio.Event) -> int:
    """How often they were flushed."""
    count = 0
    while not over.is_set():
        scene.server.client.script_flush("SYNC")
        count += 1
        await asyncio.sleep(EVERY_S)
    return count


async def produce(scene: Scene, until: float) -> None:
    while time.monotonic() < until:
        await scene.add(5, "talk", ms=(0, 30))
        await asyncio.sleep(0.01)


async def operate(scene: Scene, until: float) -> None:
    """What an operator would do, beside the load; every call is answered."""
    while time.monotonic() < until:
        handle = await scene.queue.add("effect", {"ms": 0}, delay=3_600)
        await handle.reschedule(delay=7_200)
        assert (await handle.info()).due_at is not None
        await handle.remove()
        await scene.queue.pause()
        await scene.queue.resume()
        await asyncio.sleep(0.01)
