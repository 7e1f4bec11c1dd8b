"""What was counted of a queue by minute and hour: the same on every store."""

import asyncio

import pytest

from backbeat import Backbeat, InvalidOption, Retry
from backbeat.app import HistoryPoint
from backbeat.engine.calls.measure import measure_args
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import Session
from backbeat.testing import FakeClock, drain


def declare(app: Backbeat) -> None:
    queue = app.queue("mail")

    @queue.job()
    async def send() -> None: ...

    @queue.job(retry=Retry.fixed(attempts=2, delay=1))
    async def bounce() -> None:
        raise ValueError("no such address")


async def history(app: Backbeat) -> list[HistoryPoint]:
    return await app.queue("mail").history()


async def test_an_empty_queue_has_no_history(app: Backbeat) -> None:
    assert await history(app) == []


async def test_what_came_and_ended_stands_in_its_minute(app: Backbeat, clock: FakeClock) -> None:
    declare(app)
    for _ in range(3):
        await app.queue("mail").add("send", {})
    await drain(app)
    first = clock.now().replace(second=0, microsecond=0)
    clock.advance(60)
    await app.queue("mail").add("bounce", {})
    await drain(app)

    one, two = await history(app)

    assert (one.at, one.added, one.completed, one.failed) == (first, 3, 3, 0)
    assert one.handlers["send"].started == one.handlers["send"].completed == 3
    assert (two.added, two.completed, two.delayed, two.handlers["bounce"].retried) == (1, 0, 1, 1)
    clock.advance(60)
    await drain(app)
    assert (await history(app))[2].failed == 1
    (hour,) = await app.queue("mail").history(7_200, per="hour")
    assert (hour.added, hour.completed, hour.failed) == (4, 3, 1)


async def test_times_are_counted_in_buckets(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("slow")

    @queue.job()
    async def work() -> None:
        await clock.sleep(3)

    await work.enqueue()
    clock.advance(10)
    await drain(app)
    (point,) = await queue.history()
    counts = point.handlers["work"]
    assert (counts.waits.count, counts.waits.mean, counts.waits.quantile(0.99)) == (1, 10.0, 16.384)
    assert (counts.runs.count, counts.runs.mean, counts.runs.quantile(0.5)) == (1, 3.0, 4.096)


async def test_the_backlog_and_its_age_are_the_most_of_the_minute(
    app: Backbeat, clock: FakeClock
) -> None:
    declare(app)
    await drain(app)
    clock.advance(60)
    await app.queue("mail").add("send", {}, priority=9)
    clock.advance(25)
    await app.queue("mail").pause()
    await drain(app)
    await app.queue("mail").resume()
    point = (await history(app))[-1]
    assert (point.waiting, point.oldest_wait, point.workers) == (1, 25.0, 1)


async def test_names_beyond_the_first_thirty_are_counted_as_other(
    app: Backbeat, clock: FakeClock
) -> None:
    await tell(app, clock, {f"h{number}": (1, 1) for number in range(29)})
    await tell(app, clock, {f"h{number}": (1,) for number in range(25, 40)})
    (point,) = await history(app)
    assert len(point.handlers) == 31
    assert point.handlers["h25"].started == 2
    assert point.handlers["other"].started == 10


async def test_a_day_of_minutes_is_kept(app: Backbeat, clock: FakeClock) -> None:
    await tell(app, clock, {"send": (1,)})
    clock.advance(86_400)
    assert len(await app.queue("mail").history(86_400)) == 1
    clock.advance(2 * 3_600)
    assert await app.queue("mail").history(10**6) == []
    assert len(await app.queue("mail").history(10**6, per="hour")) == 1


async def test_partitions_are_summed_up(app: Backbeat) -> None:
    queue = app.queue("wallets", partitions=2, partition_by="{wallet}")

    @queue.job()
    async def sync(wallet: str) -> None: ...

    for number in range(8):
        await sync.enqueue(str(number))
    await drain(app)
    (point,) = await queue.history()
    assert (point.added, point.completed, point.handlers["sync"].started) == (8, 8, 8)


async def test_the_sync_face_says_the_same(app: Backbeat) -> None:
    declare(app)
    await app.queue("mail").add("send", {})
    await drain(app)
    assert await asyncio.to_thread(app.queue("mail").sync.history) == await history(app)


@pytest.mark.parametrize("options", [{"last": 0}, {"per": "day"}])
async def test_a_time_that_is_none_is_refused(app: Backbeat, options: dict[str, object]) -> None:
    with pytest.raises(InvalidOption):
        await app.queue("mail").history(**options)  # type: ignore[arg-type] # that is the test


async def tell(app: Backbeat, clock: FakeClock, rows: dict[str, tuple[int, ...]]) -> None:
    """Count by hand, as a worker does."""
    await app.queue("mail").configure()
    connection = await app.connections.open()
    scripts = QueueScripts(connection.keys("mail"))
    await Session(connection.transport, scripts, clock=clock).run("measure", measure_args(rows))
