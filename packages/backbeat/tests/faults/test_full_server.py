"""A server at its memory limit: what runs can end, what is new is refused, and it recovers."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from backbeat.app.queue import Queue
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.states import State
from backbeat.errors import StorageFull
from backbeat.worker.lanes.janitor import Janitor
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.fault_report import Finding, publish
from packages.backbeat.tests.support.oracles import effects_are_exact, states_of
from packages.backbeat.tests.support.scene import Scene

LEASE_S = 2.0
EACH = 10


@pytest.fixture
async def small(scene: Scene) -> AsyncIterator[Scene]:
    """A server that keeps what it has, whatever its limit."""
    scene.server.client.config_set("maxmemory-policy", "noeviction")
    yield scene
    empty(scene)


def fill(scene: Scene) -> None:
    """From now on nothing fits into the server any more."""
    scene.server.client.config_set("maxmemory", "1mb")
    assert scene.server.client.info("memory")["used_memory"] > 1_048_576


def empty(scene: Scene) -> None:
    scene.server.client.config_set("maxmemory", 0)


@pytest.mark.rounds(20)
async def test_running_jobs_end_as_they_would_and_adds_are_refused_until_there_is_room(
    small: Scene, seed: int
) -> None:
    scene = small
    worker = scene.work(lease=LEASE_S, concurrency=5 * EACH)
    for name in ("effect", "flaky", "talk", "in_thread", "snooze"):
        await scene.add(EACH, name, ms=(2_500, 2_500))
    await scene.until(lambda: scene.ledger.begun() == 5 * EACH, "all jobs run")
    behind = await scene.add(EACH, ms=(0, 0))
    fill(scene)
    refused = await refusals(scene.queue)
    # Retries and snoozes come back, and what waited starts: all of it in a full server.
    await scene.until_ended()
    assert (await scene.counts()).completed == 6 * EACH
    # For longer than a lease nobody could write but who finishes: it kept its lease.
    assert [each.about["pid"] for each in await scene.queue.workers()] == [worker.pid]
    refused += await refusals(scene.queue)
    empty(scene)
    await scene.add(EACH, ms=(0, 0))
    await scene.until_ended()

    check_the_end(scene, behind)
    publish(Finding("server at maxmemory", 6 * EACH, seed, figures={"adds refused": refused}))


async def refusals(queue: Queue) -> int:
    """Every way to add is refused cleanly; how many were tried."""
    call = ("effect", {"ms": 0})
    tries = [
        queue.add(*call), queue.add(*call, delay=60), queue.add(*call, priority=9),
        queue.add_many([call] * 700), queue.add(*call, id="the-one"), queue.add(*call, wait=True),
    ]  # fmt: skip
    for answer in await asyncio.gather(*tries, return_exceptions=True):
        assert isinstance(answer, StorageFull), answer
    return len(tries)


def check_the_end(scene: Scene, behind: Sequence[str]) -> None:
    tally = states_of(scene.server.client, scene.keys, scene.accepted)
    assert tally == {"completed": len(scene.accepted)}
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    assert set(behind) <= set(scene.ledger.guarded)


@pytest.mark.rounds(20)
async def test_a_worker_that_starts_at_a_full_server_works(small: Scene) -> None:
    scene = small
    ids = await scene.add(EACH, ms=(0, 0))
    fill(scene)
    scene.work(lease=LEASE_S)
    await scene.until_ended()
    effects_are_exact(scene.ledger, ids)


@pytest.mark.rounds(20)
async def test_the_jobs_of_a_dead_worker_come_back_in_a_full_server(small: Scene) -> None:
    scene = small
    dead = scene.work(lease=0.6, concurrency=EACH)
    ids = await scene.add(EACH, "slow_once", ms=(60_000, 60_000))
    await scene.until(lambda: scene.ledger.begun() == EACH, "all jobs run")
    fill(scene)
    dead.kill()
    scene.work(lease=LEASE_S)
    await scene.until_ended()
    effects_are_exact(scene.ledger, ids)


async def test_operators_can_make_room_in_a_full_server(small: Scene) -> None:
    scene = small
    scene.work(lease=LEASE_S)
    await scene.add(EACH, ms=(0, 0))
    await scene.until_ended()
    waiting = await scene.queue.add("effect", {"ms": 0}, delay=60)
    fill(scene)
    assert await waiting.cancel("no room") == "cancelled"
    await waiting.remove()
    assert await scene.queue.clean(State.COMPLETED) == EACH
    await scene.queue.pause()
    await scene.queue.resume()
    await scene.app.queue(fault_app.STRICT).obliterate(force=True)
    assert (await scene.counts()).completed == 0


async def test_the_janitor_makes_room_in_a_full_server(small: Scene) -> None:
    scene = small
    scene.work(lease=LEASE_S)
    await scene.add(EACH, ms=(0, 0))
    await scene.until_ended()
    await scene.queue.ready()
    client = await scene.queue.client()
    await client.configure(keep_completed_ms=0)
    fill(scene)
    connection = await scene.queue.connection()
    janitor = Janitor(connection.transport, QueueScripts(scene.keys), clock=None)
    assert await janitor.tidy()
    assert (await scene.counts()).completed == 0
