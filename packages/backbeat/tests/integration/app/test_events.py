"""News of one job until its end, and events of a whole queue from any place."""

import asyncio

from backbeat.app import Event, Gap, JobEvent, JobHandle, Progress
from packages.backbeat.tests.integration.app.conftest import Report, Shop, watched
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.tiny_worker import TinyWorker


async def all_news(handle: JobHandle[Report]) -> list[JobEvent]:
    return [event async for event in handle.events()]


async def test_a_job_tells_its_progress_its_delays_and_its_end(
    shop: Shop, worker: TinyWorker
) -> None:
    handle = await shop.analyze.enqueue("a")
    worker.claim()
    news = asyncio.create_task(all_news(handle))
    while handle.id not in await watched(shop.queue):
        pass

    worker.report(handle.id, {"value": 1})
    worker.report(handle.id, {"value": {"done": 3}, "message": "swaps"}, "line 1", "line 2")
    worker.put_off(handle.id, 1)
    worker.claim()
    worker.complete(handle.id, result={"total": 7})

    assert await news == [
        JobEvent("progress", progress=Progress(1)),
        JobEvent("progress", progress=Progress({"done": 3}, "swaps")),
        JobEvent("delayed"),
        JobEvent("completed", result=Report(7)),
    ]
    assert await handle.logs() == ["line 1", "line 2"]
    info = await handle.info()
    assert info.progress is None or info.progress == Progress({"done": 3}, "swaps")


async def test_a_job_that_has_ended_tells_just_that(shop: Shop, worker: TinyWorker) -> None:
    failed, cancelled, gone = [await shop.analyze.enqueue(name) for name in "abc"]
    worker.fail(worker.claim_one())
    await cancelled.cancel("why")
    await gone.remove()

    news = [[each async for each in handle.events()] for handle in (failed, cancelled, gone)]

    (failure,), (cancel,), (unknown,) = news
    assert failure.kind == "failed"
    assert failure.error is not None
    assert failure.error.error == "ValueError"
    assert cancel == JobEvent("cancelled", reason="why")
    assert unknown == JobEvent("unknown")


async def test_events_of_a_queue_can_be_read_from_any_place(shop: Shop) -> None:
    first = await shop.analyze.enqueue("a")
    await first.cancel()
    async with shop.queue.events("0-0") as events:
        added, cancelled = await anext(events), await anext(events)
        place = events.position

    assert isinstance(added, Event)
    assert isinstance(cancelled, Event)
    assert (added.kind, added.job_ids) == ("added", (first.id,))
    assert (cancelled.kind, cancelled.job_ids) == ("cancelled", (first.id,))

    second = await shop.analyze.enqueue("b")
    async with shop.queue.events(place) as events:
        resumed = await anext(events)
    assert isinstance(resumed, Event)
    assert (resumed.kind, resumed.job_ids) == ("added", (second.id,))


async def test_events_from_now_on_are_those_after_the_block_began(shop: Shop) -> None:
    await shop.analyze.enqueue("before")
    async with shop.queue.events() as events:
        after = await shop.analyze.enqueue("after")
        event = await anext(events)

    assert isinstance(event, Event)
    assert event.job_ids == (after.id,)


async def test_only_the_kinds_that_were_asked_for_come(shop: Shop) -> None:
    handle = await shop.analyze.enqueue("a")
    await handle.cancel()
    await shop.queue.pause()

    async with shop.queue.events("0-0", kinds=["paused"]) as events:
        event = await anext(events)

    assert isinstance(event, Event)
    assert (event.kind, event.job_ids) == ("paused", ())


async def test_a_reader_that_fell_behind_sees_a_gap(shop: Shop, valkey: PrivateServer) -> None:
    await shop.analyze.enqueue("a")
    async with shop.queue.events("0-0", kinds=["added"]) as events:
        await anext(events)
        place = events.position

    await shop.analyze.enqueue("b")
    valkey.client.xtrim("bb:{shop}:events", maxlen=1, approximate=False)

    async with shop.queue.events(place, kinds=["added"]) as events:
        assert await anext(events) == Gap(place or "")
