"""Pools and reserved slots with real workers."""

import asyncio

from backbeat import Backbeat
from packages.backbeat.tests.support.working import until, working


async def test_long_jobs_of_one_queue_do_not_delay_another_with_reserved_slots(
    app: Backbeat,
) -> None:
    release, running = asyncio.Event(), list[int]()
    urgent, bulk = app.queue("urgent", reserved=2), app.queue("bulk")

    @bulk.job()
    async def export(number: int) -> None:
        running.append(number)
        await release.wait()

    @urgent.job()
    async def alarm() -> str:
        return "heard"

    await bulk.add_many([export.call(number) for number in range(30)])
    async with working(app, concurrency=6):
        await until(lambda: len(running) == 4)
        for _ in range(5):
            assert await (await alarm.enqueue()).result(5) == "heard"
        assert len(running) == 4
        release.set()


async def test_a_worker_of_a_pool_leaves_other_queues_alone(app: Backbeat) -> None:
    video, mail = app.queue("video", pool="gpu"), app.queue("mail")

    @video.job()
    async def encode() -> str:
        return "encoded"

    @mail.job()
    async def send() -> None: ...

    left = await send.enqueue()
    async with working(app, pool="gpu"):
        assert await (await encode.enqueue()).result(5) == "encoded"
        assert [len(await queue.workers()) for queue in (video, mail)] == [1, 0]
    assert await left.state() == "waiting"
    async with working(app):
        await left.result(5)
