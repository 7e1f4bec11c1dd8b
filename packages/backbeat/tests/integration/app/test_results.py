"""Waiting for the end of a job: whenever one asks, however it ended, there is an answer."""

import asyncio
import time

import pytest

from backbeat import JobCancelled, JobError, JobFailed, JobHandle, ResultNotKept, State
from packages.backbeat.tests.integration.app.conftest import Report, Shop, watched
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.tiny_worker import TinyWorker


async def asking(handle: JobHandle[Report]) -> "asyncio.Task[Report]":
    """A task that waits for the result, and that the server knows of."""
    task = asyncio.create_task(handle.result(timeout=20))
    while handle.id not in await watched(handle.queue):
        pass
    return task


async def test_a_result_is_there_for_who_asked_before(shop: Shop, worker: TinyWorker) -> None:
    handle = await shop.analyze.enqueue("a")
    waiting = await asking(handle)

    worker.complete(*worker.claim(), result={"total": 7})

    assert await waiting == Report(7)


async def test_a_result_is_there_for_who_asks_while_it_runs(shop: Shop, worker: TinyWorker) -> None:
    handle = await shop.analyze.enqueue("a")
    claimed = worker.claim()
    waiting = await asking(handle)

    worker.complete(*claimed, result={"total": 7})

    assert await waiting == Report(7)


async def test_a_result_is_there_for_who_asks_afterwards(shop: Shop, worker: TinyWorker) -> None:
    handle = await shop.analyze.enqueue("a")
    worker.complete(*worker.claim(), result={"total": 7})

    assert await handle.result() == Report(7)
    assert await shop.analyze.handle(handle.id).result(timeout=5) == Report(7)
    assert await shop.queue.handle(handle.id).result() == {"total": 7}
    info = await handle.info()
    assert (info.state, info.result, info.attempts) == (State.COMPLETED, {"total": 7}, 1)
    assert info.finished_at is not None


async def test_several_wait_for_one_job(shop: Shop, worker: TinyWorker) -> None:
    handle = await shop.analyze.enqueue("a")
    waiting = [await asking(handle) for _ in range(3)]

    worker.complete(*worker.claim(), result={"total": 7})

    assert await asyncio.gather(*waiting) == [Report(7)] * 3


async def test_nothing_is_a_result_too(shop: Shop, worker: TinyWorker) -> None:
    handle = await shop.ping.enqueue()
    worker.complete(*worker.claim())

    assert await handle.result() is None  # type: ignore[func-returns-value] # the case


async def test_a_result_of_another_type_is_said_to_be_one(shop: Shop, worker: TinyWorker) -> None:
    handle = await shop.analyze.enqueue("a")
    worker.complete(*worker.claim(), result={"total": "seven"})

    with pytest.raises(JobError, match=r"\(total\) does not fit"):
        await handle.result()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_failed_job_raises_what_went_wrong(
    shop: Shop, worker: TinyWorker, when: str
) -> None:
    handle = await shop.analyze.enqueue("a")
    waiting = await asking(handle) if when == "before" else None

    worker.fail(worker.claim_one(), error="KeyError", message="'9xQe'")

    with pytest.raises(JobFailed) as failed:
        await (waiting or handle.result())
    error = failed.value
    assert (error.job_id, error.error, error.detail) == (handle.id, "KeyError", "'9xQe'")
    assert error.attempts == 1
    info = await handle.info()
    assert info.error is not None
    assert (info.error.error, info.error.reason, info.attempts) == ("KeyError", "exhausted", 1)
    assert [(each.number, each.outcome) for each in info.history] == [(1, "failed")]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_cancelled_job_raises_the_reason(shop: Shop, worker: TinyWorker, when: str) -> None:
    handle = await shop.analyze.enqueue("a")
    waiting = await asking(handle) if when == "before" else None

    assert await handle.cancel("sold out") == "cancelled"

    with pytest.raises(JobCancelled) as cancelled:
        await (waiting or handle.result())
    assert cancelled.value.reason == "sold out"
    assert (await handle.info()).cancel_reason == "sold out"


async def test_a_running_job_is_cancelled_through_its_worker(
    shop: Shop, worker: TinyWorker
) -> None:
    handle = await shop.analyze.enqueue("a")
    waiting = await asking(handle)
    worker.claim()

    assert await handle.cancel("too late") == "flagged"
    assert (await handle.info()).cancel_reason == "too late"
    worker.cancel(handle.id, "too late")

    with pytest.raises(JobCancelled, match="too late"):
        await waiting
    assert await handle.cancel("again") == "ended"


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_result_that_nobody_kept_is_no_hang(
    shop: Shop, worker: TinyWorker, when: str
) -> None:
    handle = await shop.analyze.enqueue("a")
    if when == "before":
        waiting = await asking(handle)
        await handle.remove()
    else:
        worker.complete(*worker.claim(), result={"total": 7}, keep=False)
        waiting = asyncio.create_task(handle.result())

    with pytest.raises(ResultNotKept, match=handle.id):
        await waiting


async def test_who_enqueues_with_wait_gets_a_result_that_is_not_kept(
    shop: Shop, worker: TinyWorker
) -> None:
    handle = await shop.analyze.options(wait=True).enqueue("a")

    worker.complete(*worker.claim(), result={"total": 7}, keep=False)

    assert await handle.result(timeout=20) == Report(7)
    assert await handle.result() == Report(7)
    assert await handle.state() is None


async def test_after_a_retry_the_next_end_is_waited_for(shop: Shop, worker: TinyWorker) -> None:
    handle = await shop.analyze.options(wait=True).enqueue("a")
    worker.fail(worker.claim_one())
    with pytest.raises(JobFailed):
        await handle.result(20)

    assert await handle.retry()
    worker.complete(*worker.claim(), result={"total": 7})

    assert await handle.result(20) == Report(7)


async def test_a_bulk_with_wait_gets_all_results(shop: Shop, worker: TinyWorker) -> None:
    handles = await shop.queue.add_many(
        [("analyze-pnl", {"wallet": str(n)}) for n in range(20)], wait=True
    )

    worker.complete(*worker.claim(20), result={"total": 7}, keep=False)

    assert [await handle.result(20) for handle in handles] == [Report(7)] * 20


async def test_with_wait_an_existing_job_is_waited_for_too(shop: Shop, worker: TinyWorker) -> None:
    await shop.analyze.options(id="one").enqueue("a")
    handle = await shop.analyze.options(id="one", wait=True).enqueue("a")
    waiting = await asking(handle)

    worker.complete(*worker.claim(), result={"total": 7})

    assert handle.existing
    assert await waiting == Report(7)


async def test_an_add_that_is_refused_leaves_nobody_waiting(
    shop: Shop, valkey: PrivateServer
) -> None:
    valkey.client.hset("bb:{shop}:meta", "max_jobs", 1)
    await shop.ping.enqueue()

    with pytest.raises(Exception, match="as many jobs"):
        await shop.analyze.options(wait=True).enqueue("a")

    client = (await shop.queue.connection()).client(shop.queue.name)
    assert client._watcher._watches == {}


async def test_the_wait_ends_in_time_and_the_job_goes_on(shop: Shop) -> None:
    handle = await shop.analyze.enqueue("a")
    begin = time.monotonic()

    with pytest.raises(TimeoutError, match=handle.id):
        await handle.result(timeout=0.05)

    assert time.monotonic() - begin < 5
    assert await handle.state() is State.WAITING


async def test_who_stops_waiting_is_forgotten(shop: Shop) -> None:
    handle = await shop.analyze.enqueue("a")
    with pytest.raises(TimeoutError):
        await handle.result(timeout=0.01)

    while handle.id in await watched(shop.queue):
        pass
    client = (await shop.queue.connection()).client(shop.queue.name)
    assert client._watcher._watches == {}
