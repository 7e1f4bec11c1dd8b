"""`max_running` and `rate` of a queue with partitions hold over all of them, on every store."""

import asyncio
from collections.abc import Sequence

import pytest

from backbeat import Backbeat, InvalidOption, Rate, Worker
from backbeat.app import Handler, Queue
from backbeat.testing import FakeClock, drain

COUNT = 8


class Crowd:
    """A queue with partitions, and how many of its jobs ran at once at most."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.running = self.most = 0
        self.ran = asyncio.Semaphore(0)

        @queue.job()
        async def work(key: str) -> None:
            self.running += 1
            self.most = max(self.most, self.running)
            for _ in range(20):
                await asyncio.sleep(0)
            self.running -= 1
            self.ran.release()

        self.work: Handler[[str], None] = work

    async def all_ran(self, count: int) -> None:
        for _ in range(count):
            await self.ran.acquire()

    async def add(self, keys: Sequence[str]) -> None:
        await self.queue.add_many([self.work.call(key) for key in keys])


def crowd(app: Backbeat, **options: object) -> Crowd:
    return Crowd(app.queue("wallets", partitions=COUNT, partition_by="{key}", **options))  # type: ignore[arg-type] # as given


@pytest.mark.parametrize("keys", [1, 2, 100])
async def test_all_of_the_limit_is_used_and_no_more_however_the_keys_lie(
    app: Backbeat, keys: int
) -> None:
    all_of_them = crowd(app, max_running=4)
    await all_of_them.add([f"k{number % keys}" for number in range(60)])
    assert len(await drain(app, concurrency=20)) == 60
    assert all_of_them.most == 4


async def test_two_workers_share_it(app: Backbeat) -> None:
    both = crowd(app, max_running=3)
    await both.add([f"k{number % 7}" for number in range(60)])
    async with Worker(app, concurrency=10), Worker(app, concurrency=10), asyncio.timeout(30):
        await both.all_ran(60)
    assert both.most == 3


@pytest.mark.parametrize("keys", [1, 100])
async def test_a_rate_counts_what_starts_in_all_partitions(
    app: Backbeat, clock: FakeClock, keys: int
) -> None:
    some = crowd(app, rate=Rate(10, per=60))
    await some.add([f"k{number % keys}" for number in range(25)])
    for expected in (10, 10, 5):
        assert len(await drain(app, concurrency=20)) == expected
        clock.advance(60)


async def test_a_bucket_is_one_for_all_partitions(app: Backbeat, clock: FakeClock) -> None:
    some = crowd(app, rate=Rate(10, per=60, burst=3))
    await some.add([f"k{number}" for number in range(12)])
    assert len(await drain(app, concurrency=20)) == 3
    clock.advance(6)
    assert len(await drain(app, concurrency=20)) == 1


async def test_what_is_held_back_says_why(app: Backbeat) -> None:
    some = crowd(app, rate=Rate(1, per=3_600))
    await some.add(["a"])
    await drain(app)
    held = await some.work.enqueue("a")
    await drain(app)
    assert (await held.info()).reason == "limit"


async def test_it_is_scaled_as_a_whole_and_back(app: Backbeat) -> None:
    some = crowd(app, max_running=4)
    await some.queue.configure()
    for at_once, expected in ((3, 3), (7, 7), (None, 4)):
        if at_once is None:
            await asyncio.to_thread(some.queue.sync.unscale)
        else:
            await some.queue.scale(max_running=at_once)
        some.most = 0
        await some.add([f"k{number % 5}" for number in range(40)])
        assert len(await drain(app, concurrency=20)) == 40
        assert some.most == expected


async def test_what_was_scaled_goes_with_the_queue(app: Backbeat) -> None:
    some = crowd(app, max_running=4)
    await asyncio.to_thread(lambda: some.queue.sync.scale(max_running=1))
    await some.queue.obliterate()
    await some.add(["k"] * 20)
    await drain(app, concurrency=20)
    assert some.most == 4


async def test_without_a_declared_limit_each_partition_gets_its_part(app: Backbeat) -> None:
    some = crowd(app)
    with pytest.raises(InvalidOption, match="declares no max_running"):
        await some.queue.scale(max_running=20)
    await some.queue.scale(max_running=16)
    await some.add(["k"] * 20)
    await drain(app, concurrency=20)
    assert some.most == 2


async def test_one_without_limits_asks_for_nothing(app: Backbeat) -> None:
    some = crowd(app)
    await some.add([f"k{number}" for number in range(20)])
    await drain(app, concurrency=20)
    connection = await app.connections.open()
    assert [name async for name in connection.permits.names()] == []
