"""Every feature at once, brought to its end: then nothing of it stays for ever."""

import re
from typing import TYPE_CHECKING, Any

from backbeat import (
    Backbeat,
    Batch,
    Breaker,
    Groups,
    Job,
    Keep,
    Permanent,
    Queue,
    Rate,
    Retry,
    Unique,
    every,
)
from backbeat.app.flow_post import flow_homes
from backbeat.app.policy import QueueOptions
from backbeat.engine.calls.reply import items, number, raw, text
from backbeat.engine.keys import KEYS
from backbeat.testing import FakeClock, drain

if TYPE_CHECKING:
    from backbeat.engine.transport.base import Reply

HOUR = 3_600.0
NOTHING = Keep(completed=0, failed=0, cancelled=0)
SIZES = {"hash": "HLEN", "list": "LLEN", "zset": "ZCARD", "stream": "XLEN", "set": "SCARD"}
# A stream with a bound, and flows, whose week is one of the server's clock.
GROW = (":events", ":flows")
# How far queues have told each other: for a day after the last of it, also if one is gone.
NUMBERS = re.compile(r":flow-queues$|\}:(inbox|outboxes|outbox:\w+)$")


class Everything:
    """An application whose jobs use every feature, and keep nothing."""

    def __init__(self, app: Backbeat, clock: FakeClock) -> None:
        self.app, self.clock = app, clock
        app.limit("partner", rate=Rate(100, per=1), max_running=5)
        self.work = app.queue("work", keep=NOTHING, limits=["partner"], rate=Rate(50, per=1))
        self.tenants = app.queue("tenants", keep=NOTHING, groups=Groups(concurrency=2))
        # By key, so that the same jobs are in the same partitions each time.
        self.wide = app.queue(
            "wide", keep=NOTHING, max_running=4, ageing=60,
            partitions=3, partition_by="{number}",
        )  # fmt: skip
        self.jobs = [job for queue in self.queues for job in _declare(queue)]

    @property
    def queues(self) -> list[Queue]:
        """All of them."""
        return [self.work, self.tenants, self.wide]

    async def use(self) -> None:
        """Use it, and let all of it end."""
        for job in self.jobs:
            for count in range(2):
                await job.enqueue(count)
                await job.options(delay=count + 1, priority=count).enqueue(10 + count)
        for group in "abc":
            await self.tenants.groups.configure(group, weight=2, rate=Rate(10, per=1))
            await self.tenants.add("plain", {"number": 1}, group=group)
        plain = self.work.handlers["plain"]
        flow = self.app.flow()
        parts = [
            queue.handlers["plain"].call(place)
            for place, queue in enumerate([self.work, self.tenants])
        ]
        last = flow.fan_out(parts, self.work.handlers["fails"].call(1), on_failure="ignore")
        flow.add(plain.call(2), after=[last], compensate=plain.call(3))
        await flow.start()
        await self.app.schedules.upsert("hourly", every(HOUR), plain.call(4), overlap="queue")
        async with self.app.lock("mine"), self.app.semaphore("some", limit=3):
            await self.app.rate_gate("gate", rate=Rate(5, per=1)).wait()
            await self.work.add("plain", {"number": 5}, lock="mine")
        await (await self.work.add("plain", {"number": 6}, delay=HOUR)).cancel()
        await self.work.add("plain", {"number": 7}, unique=Unique(key="k", debounce=5))
        await self.work.add("plain", {"number": 8}, cache=600)
        for _ in range(5):
            await drain(self.app, concurrency=20, delayed=True)
            self.clock.advance(HOUR)
        await self.app.schedules.remove("hourly")
        for group in "abc":
            await self.tenants.groups.reset(group)
        self.clock.advance(31 * 24 * HOUR)
        await drain(self.app, concurrency=20, delayed=True)

    async def lasting(self) -> dict[str, int]:
        """The keys that stay whatever time passes, and how much is in each."""
        connection = await self.app.connections.open()
        found: dict[str, int] = {}
        for server in await connection.transport.servers():
            cursor: Reply = b"0"
            while True:
                cursor, keys = items(
                    await server.execute(
                        "SCAN", raw(cursor), "MATCH", f"{connection.namespace}:*", "COUNT", 1_000
                    ),
                    2,
                )
                for key in map(raw, items(keys, 0)):
                    if await server.execute("PTTL", key) == -1:
                        kind = text(await server.execute("TYPE", key))
                        found[key.decode()] = number(await server.execute(SIZES[kind], key))
                if cursor == b"0":
                    break
        return found


def _declare(queue: Queue) -> list[Any]:
    twice = Retry.fixed(attempts=2, delay=5)

    @queue.job()
    async def plain(number: int) -> int:
        return number

    @queue.job(retry=twice, breaker=Breaker("dear", min_calls=100))
    async def fails(job: Job, number: int) -> None:
        job.log("trying")
        job.progress(50)
        raise ValueError(number) if number % 2 else Permanent("no")

    @queue.job(unique=Unique())
    async def once(number: int) -> None: ...

    @queue.job(unique=Unique(by=(), period=60))
    async def throttled(number: int) -> None: ...

    @queue.job(unique=Unique(by=(), latest=True))
    async def latest(number: int) -> None: ...

    @queue.job(lock="lock:{number}", cost=2)
    async def locked(number: int) -> None: ...

    free = [plain, fails, locked]
    if queue.spread is not None:
        # A batch has no number to be spread by, nor have jobs that are one whatever theirs is.
        return free

    @queue.batch(size=3, max_wait=0.01)
    async def together(batch: Batch[int]) -> list[int]:
        return list(batch)

    return [*free, together, once, throttled, latest]


async def test_what_stays_of_work_that_is_done_does_not_grow(
    app: Backbeat, clock: FakeClock
) -> None:
    everything = Everything(app, clock)
    await everything.use()
    await everything.use()
    stays = await everything.lasting()
    await everything.use()

    now = await everything.lasting()
    assert {key: size for key, size in now.items() if not key.endswith(GROW)} == {
        key: size for key, size in stays.items() if not key.endswith(GROW)
    }
    for queue in everything.queues:
        counts = await queue.counts()
        assert counts.waiting == counts.delayed == counts.active == counts.completed == 0
        assert (counts.failed, counts.cancelled) == (0, 0)


async def test_an_obliterated_store_keeps_for_a_day_how_far_queues_have_told_each_other(
    app: Backbeat, clock: FakeClock
) -> None:
    everything = Everything(app, clock)
    await everything.use()
    # One whose end is told by the end of its queues.
    flow = app.flow()
    parts = [queue.handlers["plain"].call(1) for queue in everything.queues[:2]]
    flow.fan_out(parts, everything.work.handlers["plain"].call(2))
    await flow.start()
    for queue in everything.queues:
        await queue.obliterate()

    stays = await everything.lasting()
    assert [key for key in stays if not NUMBERS.search(key)] == []
    connection = await app.connections.open()
    clock.advance(23 * HOUR)
    await connection.relay.bring(*await flow_homes(connection), probe=True)
    assert await everything.lasting() == stays
    clock.advance(2 * HOUR)
    await connection.relay.bring(*await flow_homes(connection), probe=True)
    assert await everything.lasting() == {}


async def test_queues_that_have_forgotten_each_other_go_on(app: Backbeat, clock: FakeClock) -> None:
    everything = Everything(app, clock)
    plain = [queue.handlers["plain"] for queue in everything.queues[:2]]
    connection = await app.connections.open()

    async def flow() -> None:
        made = app.flow()
        parts = [handler.call(number) for number, handler in enumerate(plain)]
        last = made.fan_out(parts, plain[0].call(7))
        handle = await made.start()
        await drain(app)
        assert await handle.job(last).result() == 7

    everything.work.options = everything.tenants.options = QueueOptions()
    for queue in (everything.work, everything.tenants):
        await queue.configure()
    await flow()
    inbox = connection.keys("work").key("inbox")
    assert await connection.transport.execute("HLEN", inbox) == 1
    await connection.relay.bring("work", "tenants", probe=True)
    assert await connection.transport.execute("HLEN", inbox) == 1
    clock.advance(25 * HOUR)
    await connection.relay.bring("work", "tenants", probe=True)
    assert await connection.transport.execute("EXISTS", inbox) == 0
    # Both queues are there, and so are their names.
    assert await flow_homes(connection) == ["tenants", "work"]
    await flow()


async def test_every_queue_is_asked_whether_it_has_forgotten(app: Backbeat) -> None:
    queues = [app.queue(name) for name in ("a", "b", "c")]
    for home in queues[:2]:
        flow = app.flow()
        first = flow.add(queues[2].call("child", {}))
        flow.add(home.call("parent", {}), after=[first])
        await flow.start()
    connection = await app.connections.open()
    keys = connection.keys("c")
    for name in KEYS:
        await connection.transport.execute("DEL", keys.key(name))
    assert (await queues[2].counts()).waiting == 0
    assert await connection.relay.bring("a", "b", probe=True) == 2
    assert (await queues[2].counts()).waiting == 2
