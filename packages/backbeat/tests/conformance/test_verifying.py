"""Unique keys, schedules, flows and locks that somebody broke: named, put right, used again."""

import asyncio
from typing import Any

import pytest

from backbeat import Backbeat, FlowHandle, NotGranted, State, Unique, every
from backbeat.app import Flaw
from backbeat.engine.keys import KEYS
from backbeat.engine.permits.keys import PermitKeys
from backbeat.testing import FakeClock, drain
from backbeat.values import OnFailure
from packages.backbeat.tests.support.claimer import Claimer

SENTINEL = b"~" * 65


class Hand:
    """A hand in the keys of a queue."""

    def __init__(self, app: Backbeat, queue: str = "mail") -> None:
        self._app = app
        self._queue = queue

    async def __call__(self, command: str, key: str, *args: str) -> object:
        """A command on one of its keys."""
        connection = await self._app.connections.open()
        prefix = connection.keys(self._queue).prefix
        return await connection.transport.execute(command, prefix + key, *args)

    async def only(self, key: str) -> str:
        """The one field of a hash."""
        fields = await self("HKEYS", key)
        assert isinstance(fields, list)
        (field,) = [each for each in fields if each != SENTINEL]
        return str(field.decode())

    async def text(self, key: str, field: str) -> str:
        """A field of a hash."""
        value = await self("HGET", key, field)
        assert isinstance(value, bytes)
        return value.decode()


@pytest.fixture
def hand(app: Backbeat) -> Hand:
    return Hand(app)


def seen(flaws: list[Flaw]) -> set[tuple[str, str]]:
    return {(flaw.what, flaw.subject) for flaw in flaws}


async def repaired(app: Backbeat, *expected: tuple[str, str]) -> None:
    """These are found, by both faces; put right; and then nothing is wrong."""
    queue = app.queue("mail")
    assert set(expected) <= seen(await queue.verify()), await queue.verify()
    flaws = await queue.verify(repair=True)
    assert all(flaw.repaired for flaw in flaws), flaws
    assert set(expected) <= seen(flaws)
    assert await queue.verify() == []


async def test_a_key_that_a_lost_job_holds_is_free_again(app: Backbeat, hand: Hand) -> None:
    send = app.queue("mail").job(name="send", unique=Unique())(_nothing)
    await send.enqueue("ada")
    key = await hand.only("unique")
    await drain(app)
    await hand("HSET", "unique", key, "gone|0|e|", SENTINEL.decode(), "")
    await repaired(app, ("lost holder", key))
    assert (await send.enqueue("ada")).created


async def test_a_key_that_a_stranger_holds_is_free_again(app: Backbeat, hand: Hand) -> None:
    send = app.queue("mail").job(name="send", unique=Unique())(_nothing)
    await send.enqueue("ada")
    other = await app.queue("mail").add("plain", {})
    key = await hand.only("unique")
    await hand("HSET", "unique", key, f"{other.id}|0|e|")
    await repaired(app, ("lost holder", key))
    assert (await send.enqueue("ada")).created


async def test_who_comes_after_a_lost_holder_comes(
    app: Backbeat, hand: Hand, clock: FakeClock
) -> None:
    send = app.queue("mail").job(name="send", unique=Unique(latest=True))(_nothing)
    await send.enqueue("ada")
    await Claimer(app, "mail", clock).claim(1)
    later = await send.enqueue("ada")
    assert await later.state() is State.DELAYED
    key = await hand.only("unique")
    await hand("HSET", "unique", key, f"gone|0|l|{later.id}")
    await repaired(app, ("lost holder", key))
    assert await later.state() is State.WAITING


async def test_a_period_ends_though_nobody_noted_it(
    app: Backbeat, hand: Hand, clock: FakeClock
) -> None:
    send = app.queue("mail").job(name="send", unique=Unique(period=60))(_nothing)
    await send.enqueue("ada")
    key = await hand.only("unique")
    await hand("ZREM", "unique_until", key)
    await hand("ZADD", "unique_until", "1", "nobody")
    await repaired(app, ("no period", key), ("no holder", "nobody"))
    clock.advance(61)
    assert (await send.enqueue("ada")).created


async def test_a_schedule_is_due_again(app: Backbeat, hand: Hand, clock: FakeClock) -> None:
    await scheduled(app)
    await hand("ZREM", "schedule_due", "often")
    await hand("HDEL", "meta", "next")
    await repaired(app, ("no slot", "often"))
    clock.advance(61)
    assert len(await drain(app)) == 1


async def test_a_note_that_is_lost_is_made_where_only_a_schedule_is_due(
    app: Backbeat, hand: Hand, clock: FakeClock
) -> None:
    await scheduled(app)
    await hand("HDEL", "meta", "next")
    await repaired(app, ("next", ""))
    clock.advance(61)
    assert len(await drain(app)) == 1


async def test_what_is_left_of_a_schedule_is_removed(app: Backbeat, hand: Hand) -> None:
    await scheduled(app)
    await hand("HDEL", "schedules", "often")
    await hand("ZADD", "schedule_due", "1", "ghost")
    await repaired(app, ("no schedule", "often"), ("no schedule", "ghost"))
    assert await hand("EXISTS", "schedule_due") == 0


async def test_a_run_that_is_lost_holds_up_no_other(
    app: Backbeat, hand: Hand, clock: FakeClock
) -> None:
    await scheduled(app, overlap="skip")
    state = (await hand.text("schedule_states", "often")).split("|")
    state[7] = "1234"
    await hand("HSET", "schedule_states", "often", "|".join(state))
    await repaired(app, ("lost runs", "often"))
    clock.advance(61)
    assert len(await drain(app)) == 1


@pytest.mark.parametrize("state", [None, "nonsense"])
async def test_a_schedule_of_which_only_the_rule_is_known_is_paused_until_it_is_put(
    app: Backbeat, hand: Hand, clock: FakeClock, state: str | None
) -> None:
    await scheduled(app)
    if state is None:
        await hand("HDEL", "schedule_states", "often")
    else:
        await hand("HSET", "schedule_states", "often", state)
    await repaired(app, ("no state", "often"))
    (info,) = await app.schedules.list()
    assert info.paused
    await app.schedules.resume("often")
    clock.advance(121)
    assert len(await drain(app)) >= 1


async def test_children_are_counted_anew(app: Backbeat, hand: Hand) -> None:
    parent, _ = await family(app)
    fields = (await hand.text("parents", parent)).split("|")
    await hand("HSET", "parents", parent, "|".join(["7", "3", *fields[2:]]))
    await repaired(app, ("children", parent))
    await drain(app)
    assert await app.queue("mail").handle(parent).state() is State.COMPLETED


async def test_who_waits_for_a_job_that_is_gone_is_told(app: Backbeat, hand: Hand) -> None:
    parent, child = await family(app)
    await hand("HDEL", "jobs", child)
    await hand("LREM", "waiting", "0", child)
    await repaired(app, ("untold end", child))
    assert await app.queue("mail").handle(parent).state() is State.FAILED


async def test_who_waits_for_children_that_nobody_knows_goes_on(app: Backbeat, hand: Hand) -> None:
    parent, _ = await family(app)
    await hand("HDEL", "parents", parent)
    await repaired(app, ("no children", parent))
    await drain(app)
    assert await app.queue("mail").handle(parent).state() is State.COMPLETED


async def test_who_waits_though_its_children_have_ended_goes_on(app: Backbeat, hand: Hand) -> None:
    parent, child = await family(app)
    ref = await hand.only(f"children:{parent}")
    entry = (await hand.text(f"children:{parent}", ref)).replace("|open|", "|completed|")
    await hand("HSET", f"children:{parent}", ref, entry)
    fields = (await hand.text("parents", parent)).split("|")
    await hand("HSET", "parents", parent, "|".join(["0", "1", *fields[2:]]))
    await hand("HDEL", "dependents", child)
    await repaired(app, ("undecided", parent))
    await drain(app)
    assert await app.queue("mail").handle(parent).state() is State.COMPLETED


async def test_what_is_left_of_a_family_is_removed(app: Backbeat, hand: Hand) -> None:
    await family(app)
    await hand("HSET", "parents", "ghost", "1|0|0|1||0||||")
    await hand("HSET", "dependents", "spirit", "c|mail|nobody|0")
    await repaired(app, ("no parent", "ghost"), ("untold end", "spirit"))


async def far_family(app: Backbeat, on_failure: OnFailure | None) -> FlowHandle:
    """A job of `mail`, where the flow is at home, that waits for one of `far`."""
    flow = app.flow("f1")
    child = flow.add(app.queue("far").job(name="work")(_nothing).call("child"))
    send = app.queue("mail").job(name="send")(_nothing)
    middle = flow.add(send.call("middle"), after=[child], on_failure=on_failure)
    flow.add(send.call("last"), after=[middle])
    return await flow.start()


async def lose(app: Backbeat, queue: str) -> None:
    """Delete every key of a queue, as a slot that came back empty does."""
    connection = await app.connections.open()
    for name in KEYS:
        await connection.transport.execute("DEL", connection.keys(queue).key(name))
    for target in ("mail", "far"):
        await connection.transport.execute("DEL", connection.keys(queue).outbox(target))


@pytest.mark.parametrize("back", [False, True], ids=["gone", "there again"])
@pytest.mark.parametrize(
    ("on_failure", "ends"),
    [("ignore", State.COMPLETED), ("continue", State.COMPLETED), (None, State.FAILED)],
)
async def test_who_waits_for_a_job_of_a_lost_queue_is_told(
    app: Backbeat, hand: Hand, back: bool, on_failure: OnFailure | None, ends: State
) -> None:
    handle = await far_family(app, on_failure)
    assert await app.queue("mail").verify() == []
    await lose(app, "far")
    if back:
        await app.queue("far").add("work", {"to": "another"})
    await repaired(app, ("lost job", "f1:1"))
    await drain(app)
    for job_id in ("f1:2", "f1:3"):
        assert await app.queue("mail").handle(job_id).state() is ends
    info = await handle.info()
    assert (info.open, info.removed) == (0, 1)
    assert await asyncio.to_thread(app.queue("mail").sync.verify) == []


async def test_what_is_on_its_way_is_not_lost(app: Backbeat, hand: Hand) -> None:
    connection = await app.connections.open()
    handle = await far_family(app, None)
    # Word of the start, and then of the end, lies in an outbox.
    written = await hand.text("outboxes", "far")
    await hand(
        "HSET", "outboxes", "far", f"{int(written.split('|')[0]) + 1}|" + written.split("|", 1)[1]
    )
    await lose(app, "far")
    assert await app.queue("mail").verify(repair=True) == []
    await hand("HSET", "outboxes", "far", written)
    far = connection.keys("far").key("outboxes")
    await connection.transport.execute("HSET", far, "mail", "2|1|0|0")
    assert await app.queue("mail").verify(repair=True) == []
    await connection.transport.execute("DEL", far)
    assert [flaw.what for flaw in await app.queue("mail").verify()] == ["lost job"]
    assert (await handle.info()).open == 3


@pytest.mark.parametrize(
    ("ended", "damage"),
    [
        (True, ("HSET", "total", "9")), (True, ("HDEL", "total")), (True, ("HDEL", "#1")),
        (True, ("HSET", "open", "2")), (True, ("HDEL", "completed")), (True, ("HDEL", "ended")),
        (False, ("HSET", "ended", "1")), (False, ("HSET", "open", "0")),
        (False, ("HSET", "#2", "mail!nobody")),
    ],
)  # fmt: skip
async def test_the_record_of_a_flow_is_counted_anew(
    app: Backbeat, hand: Hand, ended: bool, damage: tuple[str, ...]
) -> None:
    send = app.queue("mail").job(name="send")(_nothing)
    flow = app.flow("f1")
    children = [flow.add(send.call("child")) for _ in range(2)]
    flow.add(send.call("parent"), after=children)
    handle = await flow.start()
    if ended:
        await drain(app)
    assert await app.queue("mail").verify() == []
    before = await handle.info(), [each async for each in handle.jobs()]
    await hand(damage[0], "flow:f1", *damage[1:])
    await repaired(app, ("flow record", "f1"))
    info, jobs = await handle.info(), [each async for each in handle.jobs()]
    assert jobs == before[1]
    if damage != ("HDEL", "ended"):  # when that was, nobody knows any more
        assert info == before[0]
    assert isinstance(await hand("PTTL", "flow:f1"), int)
    assert (await hand("PTTL", "flow:f1") != -1) is ended
    await drain(app)
    assert (await handle.info()).completed == 3


async def test_an_end_that_came_before_its_job_is_no_fault_of_the_record(
    app: Backbeat, hand: Hand
) -> None:
    await family(app)
    await hand("HSET", "flow:f1", "mail!early", "0||completed|0|")
    assert await app.queue("mail").verify() == []


async def test_numbers_of_a_lock_are_counted_anew(app: Backbeat) -> None:
    lock = app.lock("wallet:7", ttl=60)
    await lock.acquire()
    connection = await app.connections.open()
    prefix = PermitKeys(connection.namespace, "wallet:7").prefix
    execute = connection.transport.execute
    assert await app.locks.verify("wallet:7") == []
    await execute("HSET", prefix + "meta", "taken", "7", "pending", "3", "fence", "0")
    await execute("HSET", prefix + "shares", "ghost", "1|1|0|1|{}")
    wrong = {"lost share", "taken", "pending", "fence"}
    assert {flaw.what for flaw in await app.locks.verify("wallet:7")} == wrong
    flaws = await app.locks.verify("wallet:7", repair=True)
    assert {flaw.what for flaw in flaws if flaw.repaired and flaw.subject == "wallet:7"} == wrong
    assert await app.locks.verify("wallet:7") == []
    (holder,) = (await app.locks.look("wallet:7")).holders
    assert holder.fence == lock.fence
    await lock.release()
    other = app.lock("wallet:7", ttl=60, timeout=0)
    await other.acquire()
    assert other.fence > holder.fence


async def test_who_holds_a_lock_and_has_no_share_keeps_it(app: Backbeat) -> None:
    await app.lock("wallet:7", ttl=60).acquire()
    connection = await app.connections.open()
    prefix = PermitKeys(connection.namespace, "wallet:7").prefix
    await connection.transport.execute("DEL", prefix + "shares")
    await app.locks.verify("wallet:7", repair=True)
    with pytest.raises(NotGranted):
        await app.lock("wallet:7", ttl=60, timeout=0).acquire()


async def test_both_faces_find_the_same(app: Backbeat, hand: Hand) -> None:
    queue = app.queue("mail")
    send = queue.job(name="send", unique=Unique())(_nothing)
    first = await send.enqueue("ada")
    await hand("LREM", "waiting", "0", first.id)
    await hand("HSET", "unique", await hand.only("unique"), "gone|0|e|")
    found = await queue.verify()
    assert len(found) >= 2
    assert await asyncio.to_thread(queue.sync.verify) == found
    mended = await asyncio.to_thread(lambda: queue.sync.verify(repair=True))
    assert all(flaw.repaired for flaw in mended)
    assert await asyncio.to_thread(queue.sync.verify) == []


async def scheduled(app: Backbeat, **options: Any) -> None:
    """A schedule that is due every minute."""
    tick = app.queue("mail").job(name="tick")(_nothing)
    app.schedule("often", every(60), tick.call("ada"), **options)
    await app.queue("mail").configure()
    await app.schedules.sync()


async def family(app: Backbeat) -> tuple[str, str]:
    """A job that waits for a child; the ids of both."""
    queue = app.queue("mail")
    send = queue.job(name="send")(_nothing)
    flow = app.flow("f1")
    child = flow.add(send.call("child"))
    parent = flow.add(send.call("parent"), after=[child])
    handle = await flow.start()
    return handle.job(parent).id, handle.job(child).id


async def _nothing(to: str) -> None: ...
