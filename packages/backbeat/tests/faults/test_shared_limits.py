"""Ten workers that are killed at any moment, under a window, a bucket and slots that they share."""

import asyncio
from itertools import pairwise
from typing import Any, cast

from packages.backbeat.tests.support import limited_app
from packages.backbeat.tests.support.fault_report import Finding, publish, size
from packages.backbeat.tests.support.scene import Scene

WORKERS = 10
LEASE_S = 0.6
KILLS = size(ci=15, long=1_000)
JOBS = 2_000


async def test_no_true_window_is_above_its_maximum_whoever_dies(scene: Scene, seed: int) -> None:
    app = limited_app.build(scene.server.url)
    queues = [app.queue(name) for name in ("windowed", "bucketed", "slotted")]
    for queue in queues:
        await queue.add_many([("work", {"ms": scene.random.randint(1, 60)}) for _ in range(JOBS)])
    options: dict[str, Any] = {"app": "limited", "lease": LEASE_S, "concurrency": 8}
    crew = [scene.work(**options) for _ in range(WORKERS)]
    running: list[int] = []
    for _ in range(KILLS):
        await asyncio.sleep(scene.random.uniform(0.05, 0.15))
        place = scene.random.randrange(WORKERS)
        await asyncio.to_thread(crew[place].kill)
        crew[place] = scene.work(**options)
        running.append((await app.limit("gpu").look()).running)
    claims = {queue.name: starts(scene, queue.name) for queue in queues}
    await app.close()

    seconds = (claims["windowed"][-1] - claims["windowed"][0]) / 1000
    check_window(claims["windowed"])
    check_bucket(claims["bucketed"])
    assert max(running) <= limited_app.GPU
    # Units that a dead worker had are lost for as long as its lease and a window: not all is used.
    assert len(claims["windowed"]) > 20
    # A turn that a dead worker was told of is soon another's.
    assert len(claims["slotted"]) > KILLS // 3
    figures = {name: len(found) for name, found in claims.items()} | {"seconds": round(seconds, 1)}
    publish(Finding("kill -9 of workers under shared limits", n=KILLS, seed=seed, figures=figures))


def starts(scene: Scene, queue: str) -> list[int]:
    """When each job was claimed, by the server: in ms, which an event's id begins with."""
    found: list[int] = []
    events = scene.server.client.xrange(f"bb:{{{queue}}}:events")
    for event_id, fields in cast("list[tuple[bytes, dict[bytes, bytes]]]", events):
        ids = fields.get(b"active")
        if ids is not None:
            found += [int(event_id.split(b"-")[0])] * (ids.count(b",") + 1)
    assert found == sorted(found)
    return found


def check_window(claims: list[int]) -> None:
    rate, length_ms = limited_app.WINDOW.count, round(1000 * float(limited_app.WINDOW.per))  # type: ignore[arg-type]
    for first in range(len(claims) - rate):
        # Whole ms: two that are that much apart by them may be a little less apart in truth.
        assert claims[first + rate] - claims[first] >= length_ms - 1, claims[first : first + rate]
    assert any(later - earlier > 0 for earlier, later in pairwise(claims))


def check_bucket(claims: list[int]) -> None:
    each_ms = 1000 * float(limited_app.BUCKET.per) / limited_app.BUCKET.count  # type: ignore[arg-type]
    burst = limited_app.BUCKET.burst or 0
    for first in range(len(claims)):
        for count, last in enumerate(claims[first : first + 500], start=1):
            assert count <= burst + (last - claims[first] + 1) / each_ms + 1e-6
