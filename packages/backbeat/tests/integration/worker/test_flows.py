"""Flows with real workers: messages are brought by who caused them, or by who finds them."""

import asyncio
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from backbeat import Backbeat, Job, State, Worker
from backbeat.app.flow_post import announce, flow_homes
from backbeat.worker.lanes.relay_duty import RelayDuty
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, working

if TYPE_CHECKING:
    from backbeat.app import Handler


class Yard:
    """A child in one queue and its parent in the other."""

    def __init__(self, app: Backbeat) -> None:
        self.low, self.high = app.queue("low"), app.queue("high")

        @self.low.job()
        async def part(number: int) -> int:
            return number

        @self.high.job()
        async def whole(job: Job) -> int:
            return sum(await job.results(part))

        self.part: Handler[[int], int] = part
        self.whole: Handler[[], int] = whole


async def test_workers_bring_what_they_caused(app: Backbeat) -> None:
    yard = Yard(app)
    async with working(app):
        flow = app.flow()
        last = flow.fan_out([yard.part.call(number) for number in range(100)], yard.whole.call())
        handle = await flow.start()

        assert await handle.job(last).result(timeout=10) == sum(range(100))
        assert (await handle.ended(timeout=10)).completed == 101


async def test_who_adds_up_holds_a_page_of_results_and_not_all(app: Backbeat) -> None:
    queue, letters, parts = app.queue("sums"), 50_000, 300

    @queue.job()
    async def part(number: int) -> str:
        return "x" * (letters + number)

    @queue.job()
    async def whole(job: Job) -> tuple[int, int]:
        total = 0
        tracemalloc.start()
        try:
            async for child in job.child_results(part, page=10):
                total += len(child.result)
            return total, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    async with working(app, concurrency=10):
        flow = app.flow()
        last = flow.fan_out([part.call(number) for number in range(parts)], whole.call())
        total, most = await (await flow.start()).job(last).result(timeout=30)

    assert total == parts * letters + sum(range(parts))
    # Ten results, as they came, decoded, and on their way: not the 15 MB that all of them are.
    assert most < 60 * letters


async def test_who_waits_for_the_end_of_a_flow_may_wait_too_short(app: Backbeat) -> None:
    yard = Yard(app)
    flow = app.flow()
    flow.add(yard.part.call(1))
    handle = await flow.start()

    with pytest.raises(TimeoutError):
        await handle.ended(timeout=0.01)


async def test_two_workers_of_one_queue_each_run_a_flow(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    yard = Yard(app)
    other = Backbeat(server.url, namespace=namespace)
    Yard(other)
    async with (
        other,
        Worker(app, queues=["low"], concurrency=3),
        Worker(other, queues=["high"], concurrency=3),
    ):
        flows = [app.flow() for _ in range(20)]
        lasts = [
            flow.fan_out([yard.part.call(number) for number in range(5)], yard.whole.call())
            for flow in flows
        ]
        handles = await asyncio.gather(*(flow.start() for flow in flows))
        waits = [handle.job(last).result(10) for handle, last in zip(handles, lasts, strict=True)]
        assert await asyncio.gather(*waits) == [10] * 20


async def test_a_worker_of_the_home_brings_what_a_dead_producer_left(app: Backbeat) -> None:
    yard = Yard(app)
    last = await half_started(app, yard)
    async with working(app):
        assert (await ended(yard.high, last)).state is State.COMPLETED


async def test_a_worker_of_any_queue_looks_after_messages_that_nobody_brings(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    yard = Yard(app)
    last = await half_started(app, yard)
    stranger = Backbeat(server.url, namespace=namespace)
    async with stranger:
        duty = RelayDuty(await stranger.connections.open())

        assert await duty.look()
    assert (await yard.low.counts()).waiting == 1
    assert (await yard.high.get(last)).state is State.WAITING_CHILDREN


async def test_one_worker_of_all_has_the_duty(app: Backbeat) -> None:
    yard = Yard(app)
    connection = await app.connections.open()
    first, second = RelayDuty(connection), RelayDuty(connection)
    assert not await first.look(), "there are no flows"
    await half_started(app, yard)

    await second.look()
    await yard.low.obliterate()
    await half_started(app, yard)
    # The duty is held for some seconds: whoever comes second leaves it.
    await first.look()
    assert (await yard.low.counts()).waiting == 0
    assert await flow_homes(connection) == ["high", "low"]
    assert await connection.relay.bring("high") > 0


async def half_started(app: Backbeat, yard: Yard) -> str:
    """What is there when a producer dies between recording a flow and sending its jobs."""
    flow = app.flow()
    last = flow.add(yard.whole.call(), after=[flow.add(yard.part.call(7))])
    connection = await app.connections.open()
    nodes, _ = flow._build(connection.now_ms(), connection.limit)
    await announce(connection, ["low", "high"])
    await connection.client("high").start_flow("high", flow.id, b"{}", nodes)
    return last.id
