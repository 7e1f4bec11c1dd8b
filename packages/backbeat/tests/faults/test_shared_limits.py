"""Ten workers that are killed at any moment, under limits that queues or partitions share."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import Any, cast

from backbeat import Backbeat
from backbeat.app.queue import Queue
from backbeat.worker.leases.lease_times import give_up_after
from packages.backbeat.tests.support import limited_app
from packages.backbeat.tests.support.fault_report import Figures, Finding, publish, size
from packages.backbeat.tests.support.scene import Scene

WORKERS = 10
LEASE_S = 1.0
KILLS = size(ci=15, long=1_000)
JOBS = 2_000


async def test_no_true_window_is_above_its_maximum_whoever_dies(scene: Scene, seed: int) -> None:
    app = limited_app.build(scene.server.url)
    queues = [app.queue(name) for name in ("windowed", "bucketed", "slotted")]
    for queue in queues:
        await queue.add_many([("work", {"ms": scene.random.randint(1, 60)}) for _ in range(JOBS)])
    running = await kill_workers(scene, app, queues, "gpu")
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
    running = await kill_workers(scene, app, queues, "spread-slots/*")
    parts = [f"spread-slots/{part}" for part in range(limited_app.PARTITIONS)]
    # What the dead held comes back: all of it is in use again.
    most = partial(most_at_once, scene, "spread-slots", parts)
    await scene.until(
        lambda: most(any_length=True) >= limited_app.GPU, "all slots are used again", seconds=60
    )
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
    assert most() <= limited_app.GPU
    figures: Figures = {name: len(found) for name, found in claims.items()}
    publish(Finding("kill -9 under limits over partitions", n=KILLS, seed=seed, figures=figures))


async def kill_workers(
    scene: Scene, app: Backbeat, queues: Sequence[Queue], watched: str
) -> list[int]:
    """Kill one after the other; how many held a slot of a limit after each kill."""
    # With a lease as short as this, other queues would cost more than all the work here.
    options: dict[str, Any] = {
        "app": "limited", "queues": [queue.name for queue in queues], "lease": LEASE_S,
        "concurrency": 8,
    }  # fmt: skip
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


def most_at_once(
    scene: Scene, queue: str, parts: Sequence[str], *, any_length: bool = False
) -> int:
    """How many runs held a slot at the same moment, at most, by what they wrote down themselves.

    A process that gets no time for longer than its lease runs on without its slot: nobody can stop
    it. So those count that ended before a lease of the time of their claim can have been over,
    unless `any_length` is asked for.
    """
    with limited_app.opened(scene.ledger.path) as file:
        spans = file.execute(
            "SELECT key, began, ended FROM sections WHERE key LIKE ?", (f"{queue}:%",)
        ).fetchall()
    claims: dict[str, list[int]] = defaultdict(list)
    for at_ms, job_id in claimed(scene, *parts):
        claims[job_id].append(at_ms)
    steps: list[tuple[float, int]] = []
    for key, began, ended in spans:
        since = max(each for each in claims[key.partition(":")[2]] if each <= began * 1000 + 1)
        if any_length or ended - since / 1000 < LEASE_S - give_up_after(LEASE_S):
            steps += [(began, 1), (ended, -1)]
    return max(accumulate(step for _, step in sorted(steps)), default=0)


def starts(scene: Scene, *parts: str) -> list[int]:
    """When each job was claimed, in ms."""
    return sorted(at_ms for at_ms, _ in claimed(scene, *parts))


def claimed(scene: Scene, *parts: str) -> Iterator[tuple[int, str]]:
    """Every claim, by the server: in ms, which an event's id begins with, and of which job."""
    for part in parts:
        events = scene.server.client.xrange(f"bb:{{{part}}}:events")
        for event_id, fields in cast("list[tuple[bytes, dict[bytes, bytes]]]", events):
            for job_id in fields.get(b"active", b"").split(b","):
                if job_id:
                    yield int(event_id.split(b"-")[0]), job_id.decode()


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
