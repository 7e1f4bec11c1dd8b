"""For each script of the engine: a call whose reply is lost, and what shows its one effect.

A new script needs an entry in `DRIVERS`; `test_lost_replies` names those that have none.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, cast

import pytest

from backbeat import Backbeat, JobCancelled, JobFailed, Retry, State, at, every
from backbeat.app.queue import Queue
from backbeat.engine.calls.measure import measure_args
from backbeat.engine.calls.tick import Outcomes, tick_args
from backbeat.engine.scripts import QueueScripts, scripts
from backbeat.engine.session import Session
from backbeat.engine.transport.base import NotAnswered
from backbeat.engine.transport.resend import Resend, answered
from backbeat.engine.verifying_tables import TABLES
from backbeat.lua import Script
from backbeat.worker.holding_back import HoldingBack
from backbeat.worker.janitor import Janitor
from backbeat.worker.lease import Lease
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.lost_replies_of_flows import FLOW_DRIVERS
from packages.backbeat.tests.support.oracles import effects_are_exact, states_of
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scene import Scene
from packages.backbeat.tests.support.working import is_in, working

LEASE_S: Final = 3.0
_FAR: Final = datetime(2100, 1, 1, tzinfo=UTC)
# As many renewals in a row as a lease of that length survives.
_RENEWALS: Final = 5
_LOSSES: Final = 2
# More than this many dead entries in a list are worth being compacted.
_MANY: Final = 1_000


@dataclass
class Play:
    """A scene with a damaged network in it.

    Attributes:
        scene: The scene, and its queue by a network that is in order.
        proxy: The damage.
        far_app: The same application by the damaged network.
    """

    scene: Scene
    proxy: FaultProxy
    far_app: Backbeat

    @property
    def far(self) -> Queue:
        """The queue by the damaged network."""
        return self.far_app.queue(fault_app.QUEUE)

    @property
    def near(self) -> Queue:
        """The same queue by a network that is in order."""
        return self.scene.queue

    def lose(
        self, script: str, times: int = _LOSSES, known: Mapping[str, Script] | None = None
    ) -> None:
        """Lose the next replies of a script: of a queue's, or of others that are known."""
        known = known or scripts()
        # What is lost shall be its reply, not that of a server that does not know it.
        for each in known.values():
            self.scene.server.client.script_load(each.text)
        self.proxy.inject("cut_reply", known[script].sha.encode(), times=times)


Drive = Callable[[Play], Awaitable[None]]


async def put_off(play: Play) -> str:
    """A job that nobody starts; its id."""
    return (await play.near.add("effect", {"ms": 0}, delay=3_600)).id


async def cancelled(play: Play, count: int = 1) -> list[str]:
    """Jobs that were cancelled and are kept; their ids."""
    ids = [await put_off(play) for _ in range(count)]
    for job_id in ids:
        await play.near.cancel(job_id, "never mind")
    return ids


# Producers and operators


async def _enqueue(play: Play) -> None:
    before = (await play.near.counts()).delayed
    play.lose("enqueue")
    handle = await play.far.add("effect", {"ms": 0}, delay=3_600)
    assert handle.created
    assert (await play.near.counts()).delayed == before + 1


async def _cancel(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("cancel")
    assert await play.far.cancel(job_id, "never mind") == "cancelled"
    assert await play.near.handle(job_id).state() is State.CANCELLED


async def _remove(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("remove")
    assert (await play.far.remove(job_id)).count == 1
    assert await play.near.handle(job_id).state() is None


async def _reschedule(play: Play) -> None:
    job_id = await put_off(play)
    before = (await play.near.get(job_id)).due_at
    play.lose("reschedule")
    await play.far.reschedule(job_id, delay=7_200)
    after = (await play.near.get(job_id)).due_at
    assert before is not None
    assert after is not None
    assert 3_500 < (after - before).total_seconds() < 3_700


async def _promote(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("promote")
    assert await play.far.promote(job_id) == 1
    assert await play.near.handle(job_id).state() is State.WAITING


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


async def _set_priority(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("set_priority")
    await play.far.set_priority(job_id, 9)
    assert (await play.near.get(job_id)).priority == 9


async def _update_data(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("update_data")
    # A second time, the body would no longer be the old one: refused.
    await play.far.update_data(job_id, {"ms": 77})
    assert (await play.near.get(job_id)).arguments == {"ms": 77}


async def _retry(play: Play) -> None:
    [job_id] = await cancelled(play)
    play.lose("retry")
    assert await play.far.retry(job_id) == 1
    assert await play.near.handle(job_id).state() is State.WAITING


async def _drain(play: Play) -> None:
    await play.near.add_many([("effect", {"ms": 0})] * 3)
    play.lose("drain")
    assert await play.far.drain() == 3
    assert (await play.near.counts()).waiting == 0


async def _clean(play: Play) -> None:
    await cancelled(play, 3)
    play.lose("clean")
    assert await play.far.clean(State.CANCELLED) == 3
    assert (await play.near.counts()).cancelled == 0


async def _configure(play: Play) -> None:
    await play.far.ready()
    play.lose("configure")
    await play.far.pause()
    assert play.scene.server.client.hget(play.scene.keys.key("meta"), "paused") == b"1"
    await play.far.resume()
    assert not play.scene.server.client.hget(play.scene.keys.key("meta"), "paused")


async def _obliterate(play: Play) -> None:
    strict = play.far_app.queue(fault_app.STRICT)
    await strict.add("effect", {"ms": 0})
    play.lose("obliterate")
    await strict.obliterate()
    assert (await play.scene.app.queue(fault_app.STRICT).counts()).waiting == 0


async def nightly(play: Play, name: str) -> str:
    """A schedule that nobody fires here; its name."""
    call = play.near.handlers["effect"].call(0)
    await play.scene.app.schedules.upsert(name, at(_FAR), call)
    return name


async def _put_schedule(play: Play) -> None:
    play.lose("put_schedule")
    call = play.near.handlers["effect"].call(0)
    # A second time, it would be another one already; and in a long run, one that is there.
    name = f"put-{play.proxy.fired}"
    info = await play.far_app.schedules.upsert(name, at(_FAR), call, overlap="skip")
    assert (info.next_at, info.overlap) == (_FAR, "skip")


async def _move_schedule(play: Play) -> None:
    name = await nightly(play, "move")
    play.lose("move_schedule")
    await play.far_app.schedules.pause(name)
    assert (await play.scene.app.schedules.get(name)).paused
    await play.far_app.schedules.resume(name)
    assert not (await play.scene.app.schedules.get(name)).paused


async def _remove_schedule(play: Play) -> None:
    name = await nightly(play, "remove")
    play.lose("remove_schedule")
    # A second time, there would be none.
    await play.far_app.schedules.remove(name)
    assert name not in [each.name for each in await play.scene.app.schedules.list()]


async def _run_schedule(play: Play) -> None:
    name = await nightly(play, "run")
    before = (await play.near.counts()).waiting
    play.lose("run_schedule")
    handle = await play.far_app.schedules.run_now(name)
    assert await play.near.handle(handle.id).state() is State.WAITING
    assert (await play.near.counts()).waiting == before + 1


async def _schedules(play: Play) -> None:
    name = await nightly(play, "read")
    play.lose("schedules")
    assert (await play.far_app.schedules.get(name)).next_at == _FAR


async def firing(play: Play, script: str) -> None:
    """Two schedules of three slots each, by a worker that loses replies of one script."""
    app, before = play.scene.app, play.scene.ledger.effects()
    call = play.near.handlers["effect"].options(keep=0).call(0)
    names = [f"{script}{number}" for number in range(2)]
    for name in names:
        await app.schedules.upsert(name, every(0.05), call, missed="all", limit=3)
    play.lose(script)
    worker = play.scene.work(url=play.proxy.url, lease=LEASE_S, concurrency=20)
    await play.scene.until(lambda: play.scene.ledger.effects() == before + 6, "all slots have run")
    worker.stop()
    assert worker.wait() == 0
    assert play.scene.ledger.begun() == play.scene.ledger.effects()
    for name in names:
        await app.schedules.remove(name)


async def _get(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("get")
    assert await play.far.get(job_id) == await play.near.get(job_id)


async def _list(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("list")
    assert job_id in [each.id for each in (await play.far.list(State.DELAYED)).jobs]


async def _counts(play: Play) -> None:
    await put_off(play)
    play.lose("counts")
    assert (await play.far.counts()).delayed == (await play.near.counts()).delayed


async def _watch(play: Play) -> None:
    job_id = await put_off(play)
    fired = play.proxy.fired
    play.lose("watch")
    waiting: asyncio.Task[object] = asyncio.create_task(play.far.handle(job_id).result(30))
    await play.scene.until(lambda: play.proxy.fired == fired + _LOSSES, "replies were lost")
    await play.near.cancel(job_id, "never mind")
    with pytest.raises(JobCancelled):
        await waiting


async def _unwatch(play: Play) -> None:
    job_id = await put_off(play)
    client, watchers = play.scene.server.client, play.scene.keys.key("watchers")
    play.lose("unwatch")
    with pytest.raises(TimeoutError):
        await play.far.handle(job_id).result(0.3)
    await play.scene.until(lambda: not client.hexists(watchers, job_id), "nobody watches it")


# The janitor


async def _janitor(play: Play) -> None:
    await cancelled(play, 3)
    await (await play.near.client()).configure(keep_cancelled_ms=0)
    play.lose("janitor", times=1)
    await _sweep(play)
    assert (await play.near.counts()).cancelled == 0
    await (await play.near.client()).configure(keep_cancelled_ms="")


async def _compact(play: Play) -> None:
    many = await play.near.add_many([("effect", {"ms": 0})] * (_MANY * 3 // 2))
    ids = [handle.id for handle in many]
    await play.near.remove(*ids[: _MANY + 1])
    client, meta = play.scene.server.client, play.scene.keys.key("meta")
    play.lose("compact", times=1)
    await _sweep(play)
    # The dead entries of the step that was answered by nobody have left, and no job with them.
    assert int(client.hget(meta, "tomb") or 0) <= _MANY + 1 - 500
    places = check(client, play.scene.keys).places
    assert all(places[job_id] == ["waiting"] for job_id in ids[_MANY + 1 :])
    assert await play.near.drain() == len(ids) - _MANY - 1


async def _sweep(play: Play) -> None:
    """Tidy until it is done: what was lost is done again with the next turn of a janitor."""
    connection = await play.far.connection()
    janitor = Janitor(connection.transport, QueueScripts(play.scene.keys), clock=None)
    lost = 0
    while True:
        try:
            await janitor.sweep()
        except NotAnswered:
            lost += 1
            continue
        assert lost
        return


# Workers


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

    async with app, working(app, lease=LEASE_S) as worker:
        attempts = worker._lanes[0].attempts
        launch = attempts.launch
        attempts.launch = lambda claim: None  # type: ignore[method-assign] # what a bug would do
        handle = await job.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        play.lose("census")
        attempts.launch = launch  # type: ignore[method-assign] # and is over
        assert await handle.result(30) == "started after all"
    assert starts == 1


async def _of_flow(play: Play, script: str) -> None:
    await FLOW_DRIVERS[script](play.far_app, play.scene.app, play.lose)


async def _configure_group(play: Play) -> None:
    play.lose("configure_group")
    await play.far.groups.configure("acme", weight=3)
    assert (await play.near.groups.get("acme")).weight == 3


async def _refresh_groups(play: Play) -> None:
    await play.near.groups.configure("acme", weight=3)
    # What a queue declares already, nobody refreshes.
    concurrency = 2 + play.proxy.fired
    play.lose("refresh_groups")
    await (await play.far.client()).configure_groups({"concurrency": concurrency})
    assert (await play.near.groups.get("acme")).concurrency == concurrency


async def _get_group(play: Play) -> None:
    await play.near.groups.configure("acme", weight=3)
    play.lose("get_group")
    assert (await play.far.groups.get("acme")).weight == 3


async def _list_groups(play: Play) -> None:
    await play.near.groups.configure("acme", weight=3)
    play.lose("list_groups")
    assert [each.name for each in (await play.far.groups.list()).groups] == ["acme"]


async def _scale(play: Play) -> None:
    play.lose("scale")
    await play.far.scale(max_running=3)
    meta = play.scene.keys.key("meta")
    assert play.scene.server.client.hget(meta, "max_running") == b"3"
    await play.near.unscale()


async def _measure(play: Play) -> None:
    connection = await play.far_app.connections.open()
    scripts = QueueScripts(connection.keys(fault_app.QUEUE))

    async def started() -> int:
        handlers = [each.handlers for each in await play.near.history()]
        return sum(each["effect"].started for each in handlers if "effect" in each)

    before = await started()
    play.lose("measure")
    await Session(connection.transport, scripts).run("measure", measure_args({"effect": (2, 1)}))
    assert await started() == before + 2


async def _reprioritise(play: Play) -> None:
    job_id = await put_off(play)
    play.lose("reprioritise")
    assert await play.far.reprioritise(9, where=[job_id]) == 1
    assert (await play.near.get(job_id)).priority == 9


async def dead_letters(play: Play, count: int = 1) -> str:
    """Jobs that failed for good, all of the same; the fingerprint."""
    app = Backbeat(url=play.scene.server.url)
    queue = app.queue(fault_app.QUEUE, retry=Retry(attempts=1))

    @queue.job()
    async def give_up() -> None:
        raise ValueError("no use")

    async with app, working(app, lease=LEASE_S):
        for handle in [await give_up.enqueue() for _ in range(count)]:
            with pytest.raises(JobFailed):
                await handle.result(30)
    [group] = await play.near.dead.groups()
    assert group.count == count
    return group.fingerprint


async def _dead_groups(play: Play) -> None:
    fingerprint = await dead_letters(play)
    play.lose("dead_groups")
    assert [group.fingerprint for group in await play.far.dead.groups()] == [fingerprint]
    await play.far.dead.remove(fingerprint)


async def _list_dead(play: Play) -> None:
    fingerprint = await dead_letters(play)
    play.lose("list_dead")
    assert len((await play.far.dead.list(fingerprint)).jobs) == 1
    await play.far.dead.remove(fingerprint)


async def _retry_dead(play: Play) -> None:
    fingerprint = await dead_letters(play, 3)
    play.lose("retry_dead")
    assert await play.far.dead.retry(fingerprint) == 3
    assert (await play.near.counts()).waiting == 3
    await play.near.drain()


async def _remove_dead(play: Play) -> None:
    fingerprint = await dead_letters(play, 3)
    play.lose("remove_dead")
    assert await play.far.dead.remove(fingerprint) == 3
    assert (await play.near.counts()).failed == 0


async def _verify(play: Play, script: str) -> None:
    await play.near.groups.configure("acme", weight=3)
    await put_off(play)
    play.lose(script)
    assert await play.far.verify() == []


def _haunt(play: Play) -> None:
    """Leave something of each named table behind that belongs to nobody."""
    keys, client = play.scene.keys, play.scene.server.client
    client.hset(keys.key("unique"), "ghost", "gone|0|e|")
    client.zadd(keys.key("schedule_due"), {"ghost": 1})
    client.hset(keys.key("dependents"), "ghost", f"c|{keys.queue}|nobody|0")
    client.zadd(keys.key("flows"), {"ghost": 1})
    client.hset(f"{keys.prefix}flow:ghost", "total", 1)


async def _verify_names(play: Play, script: str) -> None:
    _haunt(play)
    play.lose(script)
    found = [flaw.what for flaw in await play.far.verify() if flaw.subject == "ghost"]
    assert found == ["lost holder", "no schedule", "untold end", "flow record"]
    assert all(flaw.repaired for flaw in await play.near.verify(repair=True))


async def _mend_names(play: Play, script: str) -> None:
    _haunt(play)
    play.lose(script)
    assert all(flaw.repaired for flaw in await play.far.verify(repair=True))
    assert await play.near.verify() == []


async def _mend(play: Play, script: str) -> None:
    handle = await play.near.add("effect", {"ms": 0}, delay=3_600, group="acme")
    keys, client = play.scene.keys, play.scene.server.client
    client.zrem(keys.key("delayed"), handle.id)
    client.hincrby(keys.key("meta"), "tomb", 7)
    play.lose(script)
    assert all(flaw.repaired for flaw in await play.far.verify(repair=True))
    assert await play.near.verify() == []
    assert (await play.near.get(handle.id)).state is State.WAITING
    await play.near.remove(handle.id)


DRIVERS: Final[dict[str, Drive]] = {
    **{script: partial(_of_flow, script=script) for script in FLOW_DRIVERS},
    "cancel": _cancel,
    "census": _census,
    "clean": _clean,
    "reprioritise": _reprioritise,
    "scale": _scale,
    "configure_group": _configure_group,
    "get_group": _get_group,
    "list_groups": _list_groups,
    "refresh_groups": _refresh_groups,
    "compact": _compact,
    "configure": _configure,
    "counts": _counts,
    "dead_groups": _dead_groups,
    "list_dead": _list_dead,
    "retry_dead": _retry_dead,
    **{name: partial(_verify, script=name) for name in scripts() if name.startswith("verify_")},
    **{name: partial(_mend, script=name) for name in scripts() if name.startswith("mend_")},
    **{
        f"verify_{each.script}": partial(_verify_names, script=f"verify_{each.script}")
        for each in TABLES
    },
    **{
        f"mend_{each.script}": partial(_mend_names, script=f"mend_{each.script}") for each in TABLES
    },
    "remove_dead": _remove_dead,
    "drain": _drain,
    "due_schedules": partial(firing, script="due_schedules"),
    "enqueue": _enqueue,
    "expire": _expire,
    "fire": partial(firing, script="fire"),
    "get": _get,
    "clock_was_set": _clock_was_set,
    "hold_back": _hold_back,
    "run_alone": _run_alone,
    "stale": _stale,
    "janitor": _janitor,
    "leave": partial(worker_script, script="leave"),
    "list": _list,
    "measure": _measure,
    "move_schedule": _move_schedule,
    "obliterate": _obliterate,
    "pause_worker": _pause_worker,
    "promote": _promote,
    "put_schedule": _put_schedule,
    "reclaim": partial(worker_script, script="reclaim"),
    "register": partial(worker_script, script="register"),
    "remove": _remove,
    "remove_schedule": _remove_schedule,
    "renew": partial(worker_script, script="renew"),
    "report": partial(worker_script, script="report"),
    "reschedule": _reschedule,
    "retry": _retry,
    "run_schedule": _run_schedule,
    "schedules": _schedules,
    "set_priority": _set_priority,
    "tick": partial(worker_script, script="tick"),
    "unpark": _unpark,
    "unwatch": _unwatch,
    "update_data": _update_data,
    "watch": _watch,
}
