"""Ten workers that are killed at any moment, under limits that queues or partitions share."""

import asyncio
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, cast

from backbeat import Backbeat
from packages.backbeat.tests.support import limited_app
from packages.backbeat.tests.support.fault_report import Figures, Finding, publish, size
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
    running = await kill_workers(scene, app, "gpu")
    # A turn that a dead worker was told of is soon another's: it goes on, however many died.
    slotted = partial(starts, scene, "slotted")
    await scene.until(lambda: len(slotted()) > KILLS // 3, "the slots go on", seconds=60)
    claims = {queue.name: starts(scene, queue.name) for queue in queues}
    await app.close()

    seconds = (claims["windowed"][-1] - claims["windowed"][0]) / 1000
    check_window(claims["windowed"])
    check_bucket(claims["bucketed"])
    assert max(running) <= limited_app.GPU
    # Units that a dead worker had are lost for as long as its lease and a window: not all is used.
    assert len(claims["windowed"]) > 20
    figures = {name: len(found) for name, found in claims.items()} | {"seconds": round(seconds, 1)}
    publish(Finding("kill -9 of workers under shared limits", n=KILLS, seed=seed, figures=figures))


async def test_limits_hold_over_all_partitions_whoever_dies(scene: Scene, seed: int) -> None:
    app = limited_app.build(scene.server.url)
    queues = [app.queue(name) for name in ("spread-slots", "spread-window")]
    # Half of the work has one key: its partition has to get more than an even part.
    keys = ["hot", *(f"k{number}" for number in range(20))]
    weights = [20] + [1] * 20
    for queue in queues:
        chosen = scene.random.choices(keys, weights, k=JOBS)
        await queue.add_many(
            [("span", {"key": key, "ms": scene.random.randint(1, 60)}) for key in chosen]
        )
    running = await kill_workers(scene, app, "spread-slots/*")
    # What the dead held comes back: all of it is in use again.
    most = partial(most_at_once, scene.ledger.path, "spread-slots")
    await scene.until(lambda: most() >= limited_app.GPU, "all slots are used again", seconds=60)
    parts = [f"spread-slots/{part}" for part in range(limited_app.PARTITIONS)]
    spread = partial(starts, scene, *parts)
    await scene.until(lambda: len(spread()) > KILLS // 3, "the slots go on", seconds=60)
    names = {
        queue.name: [f"{queue.name}/{part}" for part in range(limited_app.PARTITIONS)]
        for queue in queues
    }
    claims = {name: starts(scene, *parts) for name, parts in names.items()}
    await app.close()

    check_window(claims["spread-window"])
    assert len(claims["spread-window"]) > 20
    assert max(running) <= limited_app.GPU
    assert most() == limited_app.GPU
    figures: Figures = {name: len(found) for name, found in claims.items()}
    publish(Finding("kill -9 under limits over partitions", n=KILLS, seed=seed, figures=figures))


async def kill_workers(scene: Scene, app: Backbeat, watched: str) -> list[int]:
    """Kill one after the other; how many held a slot of a limit after each kill."""
    options: dict[str, Any] = {"app": "limited", "lease": LEASE_S, "concurrency": 8}
    crew = [scene.work(**options) for _ in range(WORKERS)]
    permits = (await app.connections.open()).permits
    running: list[int] = []
    for _ in range(KILLS):
        await asyncio.sleep(scene.random.uniform(0.05, 0.15))
        place = scene.random.randrange(WORKERS)
        await asyncio.to_thread(crew[place].kill)
        crew[place] = scene.work(**options)
        running.append(sum(share.slots for share in (await permits.look(watched)).holders))
    return running


def most_at_once(ledger: Path | str, queue: str) -> int:
    """How many runs that came to their end went on at the same moment, at most."""
    with limited_app.opened(ledger) as file:
        spans = file.execute("SELECT began, ended FROM sections WHERE key = ?", (queue,)).fetchall()
    steps = sorted([(began, 1) for began, _ in spans] + [(ended, -1) for _, ended in spans])
    return max(accumulate(step for _, step in steps), default=0)


def starts(scene: Scene, *parts: str) -> list[int]:
    """When each job was claimed, by the server: in ms, which an event's id begins with."""
    found: list[int] = []
    for part in parts:
        events = scene.server.client.xrange(f"bb:{{{part}}}:events")
        for event_id, fields in cast("list[tuple[bytes, dict[bytes, bytes]]]", events):
            ids = fields.get(b"active")
            if ids is not None:
                found += [int(event_id.split(b"-")[0])] * (ids.count(b",") + 1)
    return sorted(found)


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
