"""A queue with partitions is one queue for who uses it: on every store, through the public face."""

import asyncio
from collections import Counter, defaultdict

import pytest

from backbeat import (
    Backbeat,
    ConfigurationError,
    InvalidOption,
    InvalidPayload,
    JobNotFound,
    QueueActive,
    State,
    Unique,
    Worker,
    WorkerNotFound,
)
from backbeat.app.queue import Queue
from backbeat.testing import FakeClock, drain

COUNT = 8
WALLETS = [f"w{number}" for number in range(24)]


def declare(app: Backbeat) -> Queue:
    queue = app.queue("wallets", partitions=COUNT, partition_by="{wallet}")

    @queue.job()
    async def analyze(wallet: str, number: int = 0) -> str:
        return f"{wallet}:{number}"

    return queue


async def test_ids_made_here_say_where_a_job_is(app: Backbeat) -> None:
    queue = declare(app)
    handles = [await queue.add("analyze", {"wallet": wallet}) for wallet in WALLETS]
    connection = await queue.connection()
    for handle in handles:
        part = handle.id.rpartition("~")[2]
        assert await connection.client(f"wallets/{part}").get(handle.id) is not None
        assert (await handle.info()).queue == "wallets"
    assert len({handle.id.rpartition("~")[2] for handle in handles}) > COUNT / 2


async def test_jobs_of_one_key_run_in_their_order(app: Backbeat) -> None:
    queue = declare(app)
    calls = [
        ("analyze", {"wallet": wallet, "number": number})
        for number in range(5)
        for wallet in WALLETS
    ]
    handles = await queue.add_many(calls)
    places = {
        (call[1]["wallet"], handle.id.rpartition("~")[2])
        for call, handle in zip(calls, handles, strict=True)
    }
    assert len(places) == len(WALLETS)
    order: defaultdict[str, list[int]] = defaultdict(list)
    for ran in await drain(app):
        wallet, _, number = str(ran.result).partition(":")
        order[wallet].append(int(number))
    assert dict(order) == {wallet: [0, 1, 2, 3, 4] for wallet in WALLETS}


async def test_counts_are_summed_and_pages_hold_every_job_once(app: Backbeat) -> None:
    queue = declare(app)
    handles = await queue.add_many([("analyze", {"wallet": wallet}) for wallet in WALLETS])
    await queue.add("analyze", {"wallet": "later"}, delay=60)
    counts = await queue.counts()
    assert (counts.waiting, counts.delayed) == (len(WALLETS), 1)
    seen: Counter[str] = Counter()
    cursor: str | None = None
    while True:
        page = await queue.list(State.WAITING, cursor=cursor, limit=5)
        seen.update(job.id for job in page.jobs)
        assert len(page.jobs) <= 5
        if (cursor := page.cursor) is None:
            break
    assert seen == Counter(handle.id for handle in handles)
    assert len((await queue.list(State.WAITING, limit=200)).jobs) == len(WALLETS)
    with pytest.raises(InvalidOption, match="cursor"):
        await queue.list(State.WAITING, cursor="nonsense")


async def test_an_id_of_its_own_is_found_wherever_it_is(app: Backbeat) -> None:
    queue = declare(app)
    for wallet in WALLETS:
        handle = await queue.add("analyze", {"wallet": wallet}, id=f"job-{wallet}")
        assert handle.created
    again = await queue.add("analyze", {"wallet": "w3"}, id="job-w3")
    assert again.existing
    assert (await queue.get("job-w3")).arguments == {"wallet": "w3"}
    await queue.set_priority("job-w4", 9)
    await queue.update_data("job-w5", {"wallet": "w5", "number": 7})
    await queue.reschedule("job-w6", delay=5)
    assert await queue.promote("job-w6", "job-w7") == 1
    assert await queue.cancel("job-w8") == "cancelled"
    assert (await queue.remove("job-w9", "job-w10", "nowhere")).count == 2
    with pytest.raises(JobNotFound):
        await queue.get("nowhere")
    with pytest.raises(JobNotFound):
        await queue.cancel("nowhere")
    with pytest.raises(InvalidOption, match="may not end in ~"):
        await queue.add("analyze", {"wallet": "w"}, id="x~3")
    results = {ran.id: ran.result for ran in await drain(app)}
    assert results["job-w5"] == "w5:7"
    assert len(results) == len(WALLETS) - 3
    assert (await queue.retry("job-w8", "job-w5")) == 2


async def test_without_a_key_the_id_says_the_partition(app: Backbeat) -> None:
    queue = app.queue("mail", partitions=COUNT)
    for number in range(20):
        await queue.add("send", {}, id=f"mail-{number}")
    spread = queue.spread
    assert spread is not None
    connection = await queue.connection()
    for number in range(20):
        part = spread.partitioning.of_key(f"mail-{number}")
        assert await connection.client(f"mail/{part}").get(f"mail-{number}") is not None
        assert (await queue.get(f"mail-{number}")).name == "send"


async def test_commands_for_the_queue_reach_every_partition(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = declare(app)
    await queue.add_many([("analyze", {"wallet": wallet}) for wallet in WALLETS])
    await queue.pause()
    assert (await queue.counts()).paused
    assert await drain(app) == []
    await queue.resume()
    assert not (await queue.counts()).paused
    assert len(await drain(app)) == len(WALLETS)
    assert await queue.clean(State.COMPLETED, limit=10) == 10
    assert await queue.clean(State.COMPLETED) == len(WALLETS) - 10
    await queue.add_many([("analyze", {"wallet": wallet}) for wallet in WALLETS])
    await queue.add("analyze", {"wallet": "later"}, delay=60)
    assert await queue.drain() == len(WALLETS)
    assert await queue.drain(delayed=True) == 1
    await queue.obliterate()
    counts = await queue.counts()
    assert counts.waiting == counts.delayed == counts.completed == 0


async def test_results_and_news_come_from_whatever_partition(app: Backbeat) -> None:
    queue = declare(app)
    waiting = await queue.add("analyze", {"wallet": "w1"}, wait=True)
    own = await queue.add("analyze", {"wallet": "w2"}, id="own")
    many = await queue.add_many([("analyze", {"wallet": wallet}) for wallet in WALLETS], wait=True)
    await drain(app)
    assert await waiting.result(5) == "w1:0"
    assert await own.result(5) == "w2:0"
    assert [await handle.result(5) for handle in many] == [f"{wallet}:0" for wallet in WALLETS]
    in_thread: tuple[str, str] = await asyncio.to_thread(
        lambda: (queue.sync.handle("own").result(5), queue.sync.handle(waiting.id).result(5))
    )
    assert in_thread == ("w2:0", "w1:0")


async def test_events_of_all_partitions_come_and_are_resumed(app: Backbeat) -> None:
    queue = declare(app)
    handles = await queue.add_many([("analyze", {"wallet": wallet}) for wallet in WALLETS])
    seen: list[str] = []
    position: str | None = "0-0"
    # Broken off and resumed after each event.
    while len(seen) < len(handles):
        async with asyncio.timeout(10), queue.events(position, kinds=["added"]) as events:
            event = await anext(events)
            seen += getattr(event, "job_ids", ())
            position = event.id if hasattr(event, "id") else events.position
    assert sorted(seen) == sorted(handle.id for handle in handles)
    with pytest.raises(InvalidOption, match="no id of an event"):
        await anext(queue.events("17-0"))


async def test_a_worker_takes_jobs_of_all_partitions_and_is_one_worker(app: Backbeat) -> None:
    queue = declare(app)
    async with Worker(app, concurrency=4) as worker:
        await worker.ready()
        handles = await queue.add_many([("analyze", {"wallet": wallet}) for wallet in WALLETS])
        assert [await handle.result(10) for handle in handles] == [f"{w}:0" for w in WALLETS]
        assert [each.name for each in await queue.workers()] == [worker.name]
    assert await queue.workers() == []


async def test_the_sync_face_does_the_same(app: Backbeat) -> None:
    queue = declare(app).sync

    def work() -> None:
        handles = queue.add_many([("analyze", {"wallet": wallet}) for wallet in WALLETS])
        one = queue.add("analyze", {"wallet": "w1"}, id="own")
        assert queue.counts().waiting == len(WALLETS) + 1
        assert queue.get(one.id).arguments == {"wallet": "w1"}
        assert queue.get(handles[3].id).arguments == {"wallet": "w3"}
        assert queue.list(State.WAITING, limit=10).cursor is not None
        queue.reschedule("own", delay=9)
        assert queue.promote("own") == 1
        assert queue.cancel("own") == "cancelled"
        assert queue.remove(handles[0].id, "own").count == 2
        queue.pause()
        assert queue.counts().paused
        queue.resume()
        assert queue.drain() == len(WALLETS) - 1
        queue.obliterate()

    await asyncio.to_thread(work)


async def test_nothing_is_obliterated_while_a_job_of_any_partition_runs(app: Backbeat) -> None:
    queue = app.queue("wallets", partitions=COUNT, partition_by="{wallet}")
    started, go_on = asyncio.Event(), asyncio.Event()

    @queue.job()
    async def hold(wallet: str) -> None:
        started.set()
        await go_on.wait()

    async with Worker(app) as worker:
        await worker.ready()
        await hold.enqueue("w1")
        await started.wait()
        await queue.add("elsewhere", {"wallet": "w2"}, delay=60)
        with pytest.raises(QueueActive):
            await queue.obliterate()
        assert (await queue.counts()).delayed == 1
        go_on.set()


async def test_all_who_declare_a_queue_have_to_agree(app: Backbeat) -> None:
    queue = declare(app)
    await queue.add("analyze", {"wallet": "w1"})
    execute = (await queue.connection()).transport.execute
    namespace = (await queue.connection()).namespace
    (await queue.connection()).announced.clear()
    await execute("HSET", f"{namespace}:partitions", "wallets", "4 {wallet}")
    with pytest.raises(ConfigurationError, match=r"partitions=8.*has partitions=4"):
        await queue.add("analyze", {"wallet": "w1"})
    await execute("HSET", f"{namespace}:partitions", "plain", "4")
    with pytest.raises(ConfigurationError, match="declare it with partitions=4"):
        await app.queue("plain").add("x", {})


async def test_a_job_without_its_key_is_refused(app: Backbeat) -> None:
    queue = app.queue("wallets", partitions=COUNT, partition_by="{wallet}")
    with pytest.raises(InvalidPayload, match="wallet"):
        await queue.add("elsewhere", {"purse": 1})
    with pytest.raises(InvalidPayload, match="partition_by"):
        await queue.add("elsewhere", ["w1"])


async def test_jobs_with_one_unique_key_are_one_job_in_whatever_partition(app: Backbeat) -> None:
    queue = app.queue("mail", partitions=COUNT)

    @queue.job(unique=Unique(by=("to",)))
    async def send(to: str, number: int) -> int:
        return number

    first = [await send.enqueue(f"t{n}", 1) for n in range(10)]
    again = [await send.enqueue(f"t{n}", 2) for n in range(10)]
    assert [handle.id for handle in again] == [handle.id for handle in first]
    assert (await queue.counts()).waiting == 10


async def test_a_cached_result_is_found_in_its_partition(app: Backbeat) -> None:
    queue = app.queue("mail", partitions=COUNT)
    runs = 0

    @queue.job(cache=60)
    async def price(of: str) -> str:
        nonlocal runs
        runs += 1
        return of

    for _ in range(2):
        handles = [await price.enqueue(f"x{n}") for n in range(6)]
        await drain(app)
        assert [await handle.result(5) for handle in handles] == [f"x{n}" for n in range(6)]
    assert runs == 6


async def test_one_worker_is_paused_in_all_partitions(app: Backbeat) -> None:
    queue = declare(app)
    async with Worker(app) as worker:
        await worker.ready()
        (shown,) = await queue.workers()
        await queue.pause_worker(shown.number)
        handles = await queue.add_many([("analyze", {"wallet": wallet}) for wallet in WALLETS])
        with pytest.raises(WorkerNotFound):
            await queue.pause_worker(shown.number + 1_000)
        await queue.resume_worker(shown.number)
        assert [await handle.result(10) for handle in handles] == [f"{w}:0" for w in WALLETS]
