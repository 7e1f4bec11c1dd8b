"""Groups with real workers: woken in time, never too many at once, in order."""

import asyncio
from collections import Counter
from itertools import pairwise

from backbeat import Backbeat, Groups, Rate, Retry
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import working


async def test_a_rate_lets_go_to_the_millisecond_and_not_when_somebody_looks(
    app: Backbeat,
) -> None:
    queue = app.queue("q", groups=Groups(rate=Rate(1, per=0.2)))

    @queue.job(group="{tenant}")
    async def job(tenant: str) -> float:
        return asyncio.get_running_loop().time()

    async with working(app):
        handles = await queue.add_many([job.call("acme") for _ in range(6)])
        starts = sorted([await handle.result(5) for handle in handles])
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    # Claimed in time; the start itself may come a little sooner or later after that.
    assert all(0.15 < gap < 1.0 for gap in gaps), gaps


async def test_a_group_at_its_limit_goes_on_in_whatever_worker_is_free(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q", groups=Groups(concurrency=1))
    running, most, workers = Counter[str](), Counter[str](), Counter[str]()

    def declare(target: Backbeat, name: str) -> None:
        @target.queue("q", groups=Groups(concurrency=1)).job(name="work")
        async def work(tenant: str) -> None:
            running[tenant] += 1
            most[tenant] = max(most[tenant], running[tenant])
            workers[name] += 1
            await asyncio.sleep(0.01)
            running[tenant] -= 1

    declare(app, "first")
    other = Backbeat(server.url, namespace=namespace)
    declare(other, "second")
    async with other, working(app), working(other):
        handles = []
        for tenant in "abc":
            jobs = [("work", {"tenant": tenant}) for _ in range(20)]
            handles += await queue.add_many(jobs, group=tenant)
        for handle in handles:
            await handle.result(10)
    assert most == {"a": 1, "b": 1, "c": 1}
    assert workers.total() == 60


async def test_an_ordered_group_keeps_its_order_while_jobs_fail(app: Backbeat) -> None:
    queue = app.queue("q", groups=Groups(ordered=True), retry=Retry.fixed(attempts=3, delay=0.02))
    order: list[int] = []

    @queue.job(group="account")
    async def job(entry: int) -> None:
        order.append(entry)
        if order.count(entry) < 1 + entry % 3:
            raise RuntimeError(entry)

    async with working(app):
        handles = await queue.add_many([job.call(entry) for entry in range(12)])
        for handle in handles:
            await handle.result(10)
    assert order == [entry for entry in range(12) for _ in range(1 + entry % 3)]
