"""Worker processes that crash under a supervisor: their jobs are back at once."""

import asyncio
from collections import Counter
from collections.abc import Container

import pytest

from backbeat.app.queue import Queue
from backbeat.engine.events import Event
from backbeat.engine.states import State
from backbeat.worker.options import WorkerOptions
from backbeat.worker.supervising.child_options import ChildOptions
from backbeat.worker.supervising.offspring import Offspring
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.fault_report import (
    Finding,
    beyond,
    distribution,
    publish,
    size,
)
from packages.backbeat.tests.support.oracles import (
    comebacks,
    effects_are_exact,
    redeliveries,
    states_of,
)
from packages.backbeat.tests.support.scene import Scene
from packages.backbeat.tests.support.supervised import kill_child

KILLS = size(ci=10, long=400)
PROCESSES = 3
# Long enough that nothing in these tests comes back by the end of a lease.
LEASE_S = 300.0
BACK_S = 0.2


async def test_the_jobs_of_killed_children_come_back_without_the_end_of_a_lease(
    scene: Scene, seed: int
) -> None:
    scene.supervise(processes=PROCESSES, concurrency=8, lease=LEASE_S)
    deaths: dict[int, float] = {}
    for _ in range(KILLS):
        pid = await busy_worker(scene, deaths)
        done = scene.ledger.effects()
        deaths[pid] = kill_child(pid)
        # The others go on, and so does what is brought back: the next one dies of a new life.
        await more_effects_than(done, scene)
    await scene.until_ended(seconds=60)

    assert states_of(scene.server.client, scene.keys, scene.accepted) == {
        "completed": len(scene.accepted)
    }
    client, keys, starts = scene.server.client, scene.keys, scene.ledger.starts
    again = distribution(redeliveries(starts, deaths))
    back = comebacks(client, keys, starts, deaths)
    assert again["n"] >= KILLS // 2
    # Left out are jobs that were claimed by a child that died and had not begun.
    assert len(back) >= again["n"] / 4
    assert distribution(back)["p50"] <= BACK_S
    publish(
        Finding(
            "kill -9 of children under a supervisor",
            n=KILLS,
            seed=seed,
            violations=beyond(back, BACK_S),
            figures={
                "jobs": len(scene.accepted),
                "redeliveries": again["n"],
                "started again after s, p50": again["p50"],
                "doubled effects without a guard": effects_are_exact(scene.ledger, scene.accepted),
            },
            seconds=distribution(back),
        )
    )


async def more_effects_than(before: int, scene: Scene) -> None:
    await scene.until(lambda: scene.ledger.effects() > before, "jobs end")


async def busy_worker(scene: Scene, dead: Container[int]) -> int:
    """One of those that have jobs in hand; there is always enough to do."""
    busy: set[int] = set()

    async def somebody_works() -> bool:
        if (await scene.counts()).waiting < 100:
            await scene.add(200, ms=(20, 200))
        starters = {start.pid for start in scene.ledger.starts[-20:]}
        busy.update(pid for pid in await scene.ready(1) if pid in starters and pid not in dead)
        return bool(busy)

    await scene.until(somebody_works, "somebody works")
    return scene.random.choice(sorted(busy))


async def test_every_job_of_a_crashed_child_is_told_as_stalled_and_counted_once(
    scene: Scene,
) -> None:
    supervised = scene.supervise(processes=1, concurrency=20, lease=LEASE_S)
    ids = await scene.add(20, "slow_once", ms=(60_000, 60_000))
    await scene.until(lambda: scene.ledger.begun() == 20, "all jobs run")
    kill_child(supervised.children()[0])
    await scene.until_ended()

    assert sorted(await told_as_stalled(scene)) == sorted(ids)
    for info in await asyncio.gather(*map(scene.queue.get, ids)):
        assert info.state is State.COMPLETED
        assert [attempt.outcome for attempt in info.history] == ["stalled"]
        # The crashed start counts as a start, and not as a failure.
        assert (info.attempts, info.failures) == (2, 0)


async def told_as_stalled(scene: Scene) -> list[str]:
    async with scene.queue.events(since="0-0") as events:
        told: list[str] = []
        async for event in events:
            assert isinstance(event, Event)
            if event.kind == "completed":
                return told
            if event.kind == "stalled":
                told += event.job_ids
    raise AssertionError("the events end")


async def test_the_fourth_crash_of_a_poison_job_fails_it_and_its_neighbours_go_on(
    scene: Scene,
) -> None:
    strict = scene.app.queue(fault_app.STRICT)
    poison = [await strict.add("poison", {}) for _ in range(3)]
    neighbours = [await strict.add("effect", {"ms": 1}) for _ in range(20)]
    others = await scene.add(20, ms=(1, 1))
    scene.supervise(processes=2, concurrency=4, lease=LEASE_S)
    await scene.until(lambda: ended(strict, 23), "all jobs have ended", seconds=60)
    await scene.until_ended()

    for handle in poison:
        info = await handle.info()
        assert info.state is State.FAILED
        assert info.error is not None
        assert (info.error.error, info.error.reason) == ("Stalled", "stalled")
        assert [attempt.outcome for attempt in info.history] == ["stalled"] * 4
        assert sum(start.job_id == handle.id for start in scene.ledger.starts) == 4
    for handle in neighbours:
        assert await handle.state() is State.COMPLETED
    effects_are_exact(scene.ledger, [*(handle.id for handle in neighbours), *others])


@pytest.mark.timeout(400)
async def test_a_job_that_kills_its_process_fails_alone_and_its_neighbours_do_not(
    scene: Scene,
) -> None:
    company = scene.app.queue(fault_app.COMPANY)
    neighbours = [await company.add("effect", {"ms": 300}) for _ in range(6)]
    killers = [await company.add("killer", {}) for _ in range(2)]
    neighbours += [await company.add("effect", {"ms": 300}) for _ in range(6)]
    scene.supervise(processes=1, concurrency=20, lease=LEASE_S)
    await scene.until(lambda: ended(company, 14), "all jobs have ended", seconds=200)

    for handle in killers:
        info = await handle.info()
        assert info.state is State.FAILED
        assert info.error is not None
        assert info.error.reason == "stalled"
    for handle in neighbours:
        info = await handle.info()
        assert info.state is State.COMPLETED
        assert {attempt.outcome for attempt in info.history} <= {"stalled"}
    # Twice alone, and before that in company, where the other one may have been faster.
    starts = Counter(start.job_id for start in scene.ledger.starts)
    assert all(2 <= starts[handle.id] <= 4 for handle in killers)
    effects_are_exact(scene.ledger, [handle.id for handle in neighbours])


async def ended(queue: Queue, count: int) -> bool:
    counts = await queue.counts()
    return counts.completed + counts.failed == count


async def test_a_child_that_is_frozen_beyond_its_time_is_killed_and_its_jobs_run_elsewhere(
    scene: Scene,
) -> None:
    supervised = scene.supervise(processes=2, concurrency=5, lease=LEASE_S, kill_after=3.0)
    await scene.add(10, "slow_once", ms=(60_000, 60_000))
    await scene.until(lambda: scene.ledger.begun() == 10, "all jobs run")
    frozen = supervised.children()[0]
    supervised.freeze_child(frozen)
    await scene.until(lambda: frozen not in supervised.children(), "it is gone")
    await scene.until(lambda: scene.ledger.effects() == 5, "its jobs ran elsewhere")
    assert scene.ledger.begun() == 15


def test_the_pulse_of_a_buried_child_can_still_be_read() -> None:
    """The keeper's thread looks at it whenever it wants to; an error there would end all leases."""

    def nobody(channel: int, pulse: int) -> ChildOptions:
        return ChildOptions("there.is:none", None, channel, pulse, WorkerOptions())

    child = Offspring.start(nobody, 0)
    child.kill()
    child.close()
    assert child.pulse.age >= 0
