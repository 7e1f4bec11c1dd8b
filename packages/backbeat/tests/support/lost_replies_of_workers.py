"""The part of `lost_replies` that is about workers."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, cast

from backbeat import Backbeat, State
from backbeat.engine.calls.tick import Outcomes, tick_args
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.transport.resend import Resend, answered
from backbeat.worker.lanes.holding_back import HoldingBack
from backbeat.worker.leases.lease import Lease
from packages.backbeat.tests.support.lost_replies_play import (
    LEASE_S,
    Drive,
    Play,
)
from packages.backbeat.tests.support.oracles import effects_are_exact, states_of
from packages.backbeat.tests.support.scene import Scene
from packages.backbeat.tests.support.working import is_in, working

# As many renewals in a row as a lease of that length survives.
_RENEWALS: Final = 5


async def worker_script(play: Play, script: str) -> None:
    """A worker does all it can do, and loses replies of one script."""
    scene, before = play.scene, len(play.scene.accepted)
    left_behind = await jobs_of_a_dead_worker(scene)
    # Added before anybody works, so that already the first tick claims some of them.
    talking = await scene.add(10, "talk", ms=(300, 400))
    play.lose(script, times=_RENEWALS)
    worker = scene.work(url=play.proxy.url, lease=LEASE_S, concurrency=20)
    await scene.until_ended()
    worker.stop()
    assert worker.wait() == 0

    tally = states_of(scene.server.client, scene.keys, scene.accepted)
    assert tally == {"completed": before + 15}
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    assert "claimed and not started" not in scene.log, "the claim itself was not given again"
    for job_id in left_behind:
        info = await scene.queue.get(job_id)
        assert [attempt.outcome for attempt in info.history] == ["stalled"]
    for job_id in talking:
        assert await scene.queue.logs(job_id) == ["one", "two", "three"]
        assert (await scene.queue.get(job_id)).history == ()


async def jobs_of_a_dead_worker(scene: Scene) -> Sequence[str]:
    """Jobs that somebody has to take back soon; their ids."""
    begun = scene.ledger.begun()
    dead = scene.work(lease=1.0, concurrency=5)
    ids = await scene.add(5, "slow_once", ms=(60_000, 60_000))
    await scene.until_begun(begun + 5)
    dead.kill()
    return ids


async def _pause_worker(play: Play) -> None:
    connection = await play.near.connection()
    worker = Lease(
        connection.transport, QueueScripts(play.scene.keys), lease_ms=30_000, info=b"{}", clock=None
    )
    number = (await worker.register()).wn
    play.lose("pause_worker")
    await play.far.pause_worker(number)
    mailbox = play.scene.keys.mailbox(number)
    assert play.scene.server.client.lrange(mailbox, 0, -1) == [b"pause|"]
    await worker.leave()


async def _unpark(play: Play) -> None:
    async with play.far_app.lock("one", ttl=60):
        handle = await play.near.add("effect", {"ms": 0}, lock="one")
        play.scene.accepted.append(handle.id)
        hand = play.scene.work()
        await is_in(play.near, handle.id, State.DELAYED)
        parked = await play.scene.app.locks.look("one")
        while (play.near.name, handle.id) not in parked.parked:
            await asyncio.sleep(0.005)
            parked = await play.scene.app.locks.look("one")
        play.lose("unpark")
    await play.scene.until_ended()
    assert (await play.near.get(handle.id)).failures == 0
    hand.stop()
    hand.wait()


async def _hold_back(play: Play) -> None:
    connection = await play.far_app.connections.open()
    note = HoldingBack(QueueScripts(play.scene.keys), connection.transport)
    play.lose("hold_back", times=1)
    # One try: nothing hangs on it.
    note.until(1_900_000_000_000)
    await note.settled()
    held_until = play.scene.server.client.hget(play.scene.keys.key("meta"), "held_until")
    assert held_until == b"1900000000000"


async def _clock_was_set(play: Play) -> None:
    connection = await play.far_app.connections.open()
    scripts = QueueScripts(play.scene.keys)
    command = scripts.command("clock_was_set", [0, "0"])
    play.lose("clock_was_set", times=1)
    reply = await answered(
        lambda: connection.transport.script(scripts.script("clock_was_set"), command), Resend(30)
    )
    assert reply == b"0"


async def _stale(play: Play) -> None:
    connection = await play.far_app.connections.open()
    scripts = QueueScripts(play.scene.keys)
    [job_id] = await play.scene.add(1, ms=(0, 0))
    lease = Lease(connection.transport, scripts, lease_ms=60_000, info=b"{}", clock=None)
    await lease.register()
    claim = await lease.tick(tick_args(1, Outcomes()))
    play.lose("stale", times=1)
    # The first try announced it.
    assert await lease.call("stale", [job_id, claim.ticket]) == 0
    events = cast("list[Any]", play.scene.server.client.xrange(play.scene.keys.key("events")))
    assert [fields.get(b"stale") for _, fields in events].count(job_id.encode()) == 1


async def _run_alone(play: Play) -> None:
    connection = await play.far_app.connections.open()
    scripts = QueueScripts(play.scene.keys)
    [job_id] = await play.scene.add(1, ms=(0, 0))
    for reply in (0, 1):
        lease = Lease(connection.transport, scripts, lease_ms=60_000, info=b"{}", clock=None)
        await lease.register()
        claim = await lease.tick(tick_args(1, Outcomes()))
        play.lose("run_alone", times=1)
        assert await lease.call("run_alone", [job_id, claim.ticket]) == reply
        await lease.call("leave", ["crashed"])
    await play.near.drain()


async def _expire(play: Play) -> None:
    scene, before = play.scene, (await play.near.counts()).total_failed
    play.lose("expire", times=1)
    worker = scene.work(url=play.proxy.url, cancel_grace=0.1, block_warning=0.2)
    [job_id] = await scene.add(1, "blocking", ms=(1_500, 1_500))
    await scene.until_ended()
    # The worker is told as well, and its own word about the job is refused.
    await scene.add(1, ms=(0, 0))
    await scene.until_ended()
    info = await scene.queue.get(job_id)
    assert info.error is not None
    assert info.error.reason == "timeout"
    assert [attempt.outcome for attempt in info.history] == ["failed"]
    assert (await scene.counts()).total_failed == before + 1
    worker.kill()


async def _census(play: Play) -> None:
    app = Backbeat(play.proxy.url)
    queue = app.queue("census")
    starts = 0

    @queue.job()
    async def job() -> str:
        nonlocal starts
        starts += 1
        return "started after all"

    # One that is lost, as a busy machine does, brings the job back as well, and no census is asked.
    async with app, working(app, lease=2 * LEASE_S) as worker:
        attempts = worker._lanes[0].attempts
        launch = attempts.launch
        attempts.launch = lambda claim: None  # type: ignore[method-assign] # what a bug would do
        handle = await job.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        play.lose("census")
        attempts.launch = launch  # type: ignore[method-assign] # and is over
        assert await handle.result(30) == "started after all"
    assert starts == 1


WORKER_DRIVERS: Final[Mapping[str, Drive]] = {
    "pause_worker": _pause_worker,
    "unpark": _unpark,
    "hold_back": _hold_back,
    "clock_was_set": _clock_was_set,
    "stale": _stale,
    "run_alone": _run_alone,
    "expire": _expire,
    "census": _census,
    "leave": partial(worker_script, script="leave"),
    "reclaim": partial(worker_script, script="reclaim"),
    "register": partial(worker_script, script="register"),
    "renew": partial(worker_script, script="renew"),
    "report": partial(worker_script, script="report"),
    "tick": partial(worker_script, script="tick"),
}
