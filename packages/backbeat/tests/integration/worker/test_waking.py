"""When workers wake up: at once for new work, to the millisecond for delayed work, by turns."""

import asyncio
from collections import Counter

from backbeat import Backbeat, Job
from backbeat.engine.keys import QueueKeys
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, until, working


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_an_idle_worker_is_woken_by_a_job(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> float:
        return now()

    async with working(app):
        await (await job.enqueue()).result(5)
        for _ in range(5):
            began = now()
            handle = await job.enqueue()
            assert await handle.result(5) - began < 3


async def test_a_delayed_job_starts_when_it_is_due(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> float:
        return now()

    late: list[float] = []
    async with working(app):
        for delay in (0.05, 0.3, 0.1, 0.2, 0.15, 0.05, 0.1):
            began = now()
            handle = await job.options(delay=delay).enqueue()
            late.append(await handle.result(5) - began - delay)
    assert min(late) >= -0.002
    # Not all of them: this machine does other work, too.
    assert sorted(late)[len(late) // 2] < 0.05


async def test_a_job_that_is_due_sooner_moves_the_alarm(app: Backbeat) -> None:
    queue = app.queue("q")
    order: list[str] = []

    @queue.job()
    async def job(name: str) -> None:
        order.append(name)

    async with working(app):
        late = await job.options(delay=0.4).enqueue("late")
        await job.options(delay=0.1).enqueue("soon")
        await ended(queue, late.id)
    assert order == ["soon", "late"]


async def test_one_token_wakes_one_worker_after_the_other(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")
    ran: Counter[str] = Counter()
    go_on = asyncio.Event()

    def declare(target: Backbeat, name: str) -> None:
        @target.queue("q").job(name="work")
        async def work() -> None:
            ran[name] += 1
            await go_on.wait()

    declare(app, "first")
    other = Backbeat(server.url, namespace=namespace)
    declare(other, "second")
    async with other, working(app, concurrency=1), working(other, concurrency=1):
        await asyncio.sleep(0.02)
        await queue.add_many([("work", {}), ("work", {})])
        await until(lambda: ran == {"first": 1, "second": 1})
        go_on.set()


async def test_a_worker_that_is_full_passes_the_token_on(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")
    go_on = asyncio.Event()

    def declare(target: Backbeat, name: str) -> None:
        @target.queue("q").job(name="work")
        async def work(job: Job) -> str:
            if name == "full":
                await go_on.wait()
            return name

    declare(app, "full")
    other = Backbeat(server.url, namespace=namespace)
    declare(other, "free")
    async with working(app, concurrency=1) as full:
        lane = full._lanes[0]
        blocking = await queue.add("work", {})
        await until(lambda: bool(lane.runs.running))
        async with other, working(other):
            # What it may have been about to hear when its last slot was taken.
            server.client.delete(QueueKeys(namespace, "q").key("wake"))
            lane.woken()
            handle = await queue.add("work", {})
            assert await handle.result(5) == "free"
            go_on.set()
            assert await blocking.result(5) == "full"


async def test_a_stopping_worker_hands_its_token_on(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        return "done"

    async with working(app) as worker:
        worker.quiet()
        await job.enqueue()
        server.client.delete(QueueKeys(namespace, "q").key("wake"))
    assert server.client.llen(QueueKeys(namespace, "q").key("wake")) == 1


async def test_queues_share_the_slots_by_weight(app: Backbeat) -> None:
    heavy, light = app.queue("heavy", weight=3), app.queue("light")
    at_once: Counter[str] = Counter()
    go_on = asyncio.Event()

    async def work(job: Job) -> None:
        at_once[job.queue] += 1
        await go_on.wait()

    for queue in (heavy, light):
        queue.job(name="work")(work)
        await queue.add_many([("work", {}) for _ in range(40)])
    async with working(app, concurrency=12, grace=0.2):
        await until(lambda: at_once.total() == 12)
        assert at_once == {"heavy": 9, "light": 3}
        go_on.set()
        await until(lambda: at_once.total() == 80)
    assert at_once == {"heavy": 40, "light": 40}


async def test_a_busy_queue_leaves_slots_to_one_that_becomes_hungry(app: Backbeat) -> None:
    busy, other = app.queue("busy"), app.queue("other")
    done: list[str] = []

    async def work(job: Job) -> str:
        await asyncio.sleep(0.005)
        done.append(job.queue)
        return "done"

    for queue in (busy, other):
        queue.job(name="work")(work)
    await busy.add_many([("work", {}) for _ in range(400)])
    async with working(app, concurrency=4, grace=0.05):
        await until(lambda: len(done) > 20)
        handle = await other.add("work", {})
        assert await handle.result(5) == "done"
        assert len(done) < 200


async def test_a_queue_has_a_limit_of_its_own_in_each_worker(app: Backbeat) -> None:
    narrow, wide = app.queue("narrow", concurrency=2), app.queue("wide")
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def work(job: Job) -> None:
        running[job.queue] += 1
        most[job.queue] = max(most[job.queue], running[job.queue])
        await asyncio.sleep(0.002)
        running[job.queue] -= 1

    last = []
    for queue in (narrow, wide):
        queue.job(name="work")(work)
        last.append((queue, (await queue.add_many([("work", {}) for _ in range(30)]))[-1]))
    async with working(app, concurrency=20):
        for queue, handle in last:
            await ended(queue, handle.id)
    assert most["narrow"] == 2
    assert 2 < most["wide"] <= 20


async def test_all_workers_together_keep_to_the_limit_of_a_queue(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    running: list[int] = []
    most: list[int] = []

    async def work() -> None:
        running.append(1)
        most.append(len(running))
        await asyncio.sleep(0.002)
        running.pop()

    other = Backbeat(server.url, namespace=namespace)
    for target in (app, other):
        target.queue("q", max_running=3).job(name="work")(work)
    queue = app.queue("q")
    handles = await queue.add_many([("work", {}) for _ in range(40)])
    async with other, working(app), working(other):
        for handle in handles:
            await ended(queue, handle.id)
    assert max(most) == 3


async def test_an_idle_worker_asks_for_nothing_but_the_time(
    app: Backbeat, server: PrivateServer
) -> None:
    app.queue("q")
    async with app, working(app):
        await asyncio.sleep(0.3)
        before = server.client.info("stats")["total_commands_processed"]
        await asyncio.sleep(1.0)
        after = server.client.info("stats")["total_commands_processed"]
    # One of them is ours, asking; the clients of other tests have gone.
    assert after - before - 1 <= 2
