"""Replies that never arrive, with real workers behind a damaged network: one effect each."""

from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat
from backbeat.app.queue import Queue
from backbeat.engine.scripts import scripts
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.fault_report import LONG, Finding, publish, size
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.lost_replies import DRIVERS
from packages.backbeat.tests.support.lost_replies_of_rooms import ROOM_DRIVERS, ROOMS
from packages.backbeat.tests.support.lost_replies_play import Play
from packages.backbeat.tests.support.oracles import effects_are_exact, states_of
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scene import Scene

ROUNDS = size(ci=1, long=30)
JOBS = size(ci=3_000, long=40_000)
CHANCE = 0.2


@pytest.fixture
async def far_app(scene: Scene, proxy: FaultProxy) -> AsyncIterator[Backbeat]:
    """The application as seen by producers behind the proxy."""
    app = fault_app.build(proxy.url)
    yield app
    proxy.clear()
    await app.close()


@pytest.mark.timeout(1_200 if LONG else 400)
async def test_lost_replies_of_everything_at_random_are_one_effect_each(
    scene: Scene, proxy: FaultProxy, far_app: Backbeat, seed: int
) -> None:
    far_queue = far_app.queue(fault_app.QUEUE)
    for _ in range(3):
        scene.work(url=proxy.url, concurrency=20)
    await scene.ready(3)
    proxy.inject("cut_reply", times=None, chance=CHANCE)
    for number in range(JOBS // 50):
        calls = [("flaky" if number % 3 == 0 else "effect", {"ms": 5})] * 50
        handles = await far_queue.add_many(calls)
        assert all(handle.created for handle in handles)
        scene.accepted += [handle.id for handle in handles]
        await retire_one(scene, far_queue)
    await scene.until_ended(seconds=100)
    proxy.clear()
    await scene.dismiss()

    tally = states_of(scene.server.client, scene.keys, scene.accepted)
    retired = cancelled(scene)
    done = [job_id for job_id in scene.accepted if job_id not in retired]
    assert tally == {"completed": len(done), "cancelled": len(scene.accepted) - len(done)}
    # Every worker lived all the time, so that even without a guard nothing happened twice.
    assert effects_are_exact(scene.ledger, done) == 0
    figures = {"jobs": len(scene.accepted), "chance": CHANCE}
    publish(Finding("replies lost at random", proxy.fired, seed, figures=figures))


async def retire_one(scene: Scene, far_queue: Queue) -> None:
    """Operators are behind the same network."""
    handle = await far_queue.add("effect", {"ms": 0}, delay=3_600)
    assert handle.created
    scene.accepted.append(handle.id)
    assert await far_queue.cancel(handle.id, "never mind") == "cancelled"


def cancelled(scene: Scene) -> set[str]:
    return set(check(scene.server.client, scene.keys).zsets["cancelled"])


def test_the_reply_of_every_script_is_lost_once() -> None:
    missing = sorted(scripts().keys() - DRIVERS.keys())
    assert not missing, f"give these scripts an entry in support/lost_replies_of_*.py: {missing}"
    gone = sorted(DRIVERS.keys() - scripts().keys())
    assert not gone, f"there are no such scripts: {gone}"


def test_the_reply_of_every_script_of_other_rooms_is_lost_once() -> None:
    known = {(room, name) for room, read in ROOMS.items() for name in read()}
    assert known == set(ROOM_DRIVERS), "these need an entry in support/lost_replies_of_rooms.py"


@pytest.mark.parametrize("script", DRIVERS)
async def test_a_lost_reply_is_one_effect(
    scene: Scene, proxy: FaultProxy, far_app: Backbeat, script: str, seed: int
) -> None:
    play = Play(scene, proxy, far_app)
    for _ in range(ROUNDS):
        before = proxy.fired
        await DRIVERS[script](play)
        assert proxy.fired > before, "nothing was lost"
        proxy.clear()
        check(scene.server.client, scene.keys)
    publish(Finding(f"reply of {script} lost", n=proxy.fired, seed=seed))


@pytest.mark.parametrize(("room", "script"), ROOM_DRIVERS)
async def test_a_lost_reply_in_another_room_is_one_effect(
    scene: Scene, proxy: FaultProxy, far_app: Backbeat, room: str, script: str, seed: int
) -> None:
    play = Play(scene, proxy, far_app)
    for _ in range(ROUNDS):
        before = proxy.fired
        await ROOM_DRIVERS[room, script](play)
        assert proxy.fired > before, "nothing was lost"
        proxy.clear()
    publish(Finding(f"reply of {script} of {room} lost", n=proxy.fired, seed=seed))
