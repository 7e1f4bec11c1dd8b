"""How loaded a queue is, and how many jobs of it run at once, changed while it is in use."""

import pytest

from backbeat import Backbeat, InvalidOption
from backbeat.app import Handler
from backbeat.testing import FakeClock, drain


@pytest.fixture
def send(app: Backbeat) -> Handler[[], None]:
    """A handler of a queue that declares no bounds."""

    @app.queue("mail").job()
    async def send() -> None: ...

    return send


async def test_an_empty_queue_is_drained_and_nothing_is_known_of_its_rates(
    app: Backbeat, send: Handler[[], None]
) -> None:
    load = await app.queue("mail").load()
    assert (load.waiting, load.running, load.workers, load.oldest_wait) == (0, 0, 0, None)
    assert (load.completed_per_second, load.drain_seconds) == (None, 0.0)


async def test_rates_are_measured_between_the_rounds_of_janitors(
    app: Backbeat, clock: FakeClock, send: Handler[[], None]
) -> None:
    await drain(app)
    for _ in range(60):
        await send.enqueue()
    clock.advance(30)
    await drain(app)
    for _ in range(40):
        await send.enqueue()

    load = await app.queue("mail").load(window=30)

    assert (load.completed_per_second, load.ended_per_second) == (2.0, 2.0)
    assert load.enqueued_per_second == pytest.approx(100 / 30)
    assert (load.waiting, load.drain_seconds, load.window) == (40, 20.0, 30.0)


async def test_a_queue_whose_jobs_do_not_end_is_never_drained(
    app: Backbeat, clock: FakeClock, send: Handler[[], None]
) -> None:
    await drain(app)
    await send.enqueue()
    clock.advance(60)
    load = await app.queue("mail").load()
    assert (load.completed_per_second, load.drain_seconds) == (0.0, None)


async def test_the_age_of_the_job_that_is_next(
    app: Backbeat, clock: FakeClock, send: Handler[[], None]
) -> None:
    await send.enqueue()
    clock.advance(12)
    assert (await app.queue("mail").load()).oldest_wait == 12.0


async def test_the_sync_face_says_the_same(app: Backbeat, send: Handler[[], None]) -> None:
    import asyncio

    await send.enqueue()
    assert await asyncio.to_thread(app.queue("mail").sync.load) == await app.queue("mail").load()


async def test_a_window_of_nothing_is_refused(app: Backbeat) -> None:
    with pytest.raises(InvalidOption, match="window"):
        await app.queue("mail").load(window=0)


async def test_what_runs_at_once_over_all_workers_can_be_changed_and_stays_so(
    app: Backbeat, send: Handler[[], None]
) -> None:
    queue = app.queue("narrow", max_running=1)
    most: list[int] = []

    @queue.job()
    async def work() -> None:
        most.append((await queue.counts()).active)

    await queue.configure()
    await queue.scale(max_running=3)
    for _ in range(6):
        await work.enqueue()
    await drain(app, concurrency=5)  # its worker configures the queue as declared
    assert max(most) == 3
    most.clear()
    await queue.unscale()
    for _ in range(6):
        await work.enqueue()
    await drain(app, concurrency=5)
    assert max(most) == 1


async def test_scaling_a_queue_without_a_bound_and_back(
    app: Backbeat, send: Handler[[], None]
) -> None:
    queue = app.queue("mail")
    await queue.scale(max_running=1)
    first, second = await send.enqueue(), await send.enqueue()
    connection = await app.connections.open()
    meta = connection.keys("mail").key("meta")
    assert await connection.transport.execute("HGET", meta, "max_running") == b"1"
    await queue.unscale()
    assert await connection.transport.execute("HGET", meta, "max_running") is None
    await drain(app)
    assert await first.state() == await second.state() == "completed"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"concurrency": 0},
        {"max_running": 0},
        {"worker": "a"},
        {"concurrency": 1, "max_running": 1, "worker": "a"},
        {"concurrency": 1, "worker": "nobody"},
    ],
)
async def test_scaling_by_numbers_that_make_no_sense_is_refused(
    app: Backbeat, options: dict[str, int]
) -> None:
    with pytest.raises(InvalidOption):
        await app.queue("mail").scale(**options)  # type: ignore[arg-type] # also wrong ones


async def test_a_queue_with_partitions_is_scaled_asked_and_put_in_another_order(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("spread", partitions=4)
    most: list[int] = []

    @queue.job()
    async def work(number: int) -> None:
        most.append((await queue.counts()).active)

    await queue.add_many([work.call(number) for number in range(20)])
    clock.advance(5)
    load = await queue.load()
    assert (load.waiting, load.oldest_wait) == (20, 5.0)
    assert await queue.reprioritise(7, name="work") == 20
    with pytest.raises(InvalidOption, match="multiple"):
        await queue.scale(max_running=6)
    await queue.scale(max_running=4)
    await drain(app, concurrency=20)
    assert max(most) <= 4
    assert len(most) == 20
