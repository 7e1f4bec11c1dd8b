"""Questions to a queue and commands for it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from backbeat import (
    InvalidOption,
    InvalidPayload,
    JobActive,
    JobError,
    JobNotFound,
    PayloadTooLarge,
    QueueActive,
    State,
)
from backbeat.app import Removed
from packages.backbeat.tests.integration.app.conftest import Shop
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.tiny_worker import TinyWorker


async def test_counts_and_pages_show_every_job_once(shop: Shop, worker: TinyWorker) -> None:
    await shop.queue.add_many(shop.analyze.call(str(n)) for n in range(120))
    await shop.analyze.options(delay=60).enqueue("later")
    worker.claim(20)

    counts = await shop.queue.counts()
    ids, cursor = [], None
    while True:
        page = await shop.queue.list(State.WAITING, cursor=cursor, limit=30)
        ids += [info.id for info in page.jobs]
        cursor = page.cursor
        if cursor is None:
            break

    assert (counts.waiting, counts.delayed, counts.active) == (100, 1, 20)
    assert len(ids) == len(set(ids)) == 100
    (delayed,) = (await shop.queue.list(State.DELAYED)).jobs
    assert delayed.arguments == {"wallet": "later"}
    assert delayed.due_at is not None


async def test_a_job_that_is_not_there_is_not_found(shop: Shop) -> None:
    handle = shop.analyze.handle("nobody")

    assert await handle.state() is None
    for question in (
        handle.info(), handle.cancel(), handle.remove(), handle.reschedule(delay=1),
        shop.queue.set_priority("nobody", 3), shop.queue.update_data("nobody", {}),
    ):  # fmt: skip
        with pytest.raises(JobNotFound, match="nobody"):
            await question
    assert await handle.promote() is False
    assert await handle.retry() is False
    assert await handle.logs() == []


async def test_jobs_are_removed_except_active_ones(shop: Shop, worker: TinyWorker) -> None:
    running, waiting = await shop.analyze.enqueue("a"), await shop.analyze.enqueue("b")
    worker.claim()

    assert await shop.queue.remove(running.id, waiting.id, "nobody") == Removed(1, (running.id,))
    with pytest.raises(JobActive):
        await running.remove()
    assert await waiting.state() is None


async def test_delayed_jobs_start_now_on_request(shop: Shop) -> None:
    handle = await shop.analyze.options(delay=60).enqueue("a")

    assert await handle.promote()
    assert await handle.state() is State.WAITING
    assert not await handle.promote()


async def test_a_start_is_moved(shop: Shop, worker: TinyWorker) -> None:
    running = await shop.analyze.enqueue("first")
    worker.claim()
    handle = await shop.analyze.enqueue("a")
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)

    await handle.reschedule(run_at=moment)
    assert (await handle.info()).due_at == moment
    await handle.reschedule(delay=0)
    assert await handle.state() is State.WAITING

    with pytest.raises(InvalidOption, match="no time zone"):
        await handle.reschedule(run_at=datetime(2030, 1, 1))  # noqa: DTZ001 - the case
    with pytest.raises(InvalidOption, match="either"):
        await handle.reschedule()
    with pytest.raises(InvalidOption, match="either"):
        await handle.reschedule(delay=1, run_at=moment)
    with pytest.raises(JobActive):
        await running.reschedule(delay=1)
    worker.complete(running.id)
    with pytest.raises(JobError, match="is completed"):
        await running.reschedule(delay=1)


async def test_priority_decides_who_goes_first(shop: Shop, worker: TinyWorker) -> None:
    first, second, third = [await shop.analyze.enqueue(name) for name in "abc"]

    await shop.queue.set_priority(third.id, 9)
    await shop.queue.set_priority(first.id, 2)

    assert worker.claim(3) == [third.id, second.id, first.id]
    with pytest.raises(InvalidOption, match="priority"):
        await shop.queue.set_priority(first.id, 11)
    with pytest.raises(JobActive):
        await shop.queue.set_priority(first.id, 3)


async def test_ended_jobs_run_again_one_or_many(shop: Shop, worker: TinyWorker) -> None:
    handles = [await shop.analyze.enqueue(name) for name in "abc"]
    for job_id in worker.claim(3):
        worker.fail(job_id)

    assert await handles[0].retry()
    assert await shop.queue.retry(*(handle.id for handle in handles)) == 2
    assert (await shop.queue.counts()).waiting == 3
    assert not await handles[0].retry()


async def test_failed_jobs_run_again_by_handler_and_error(shop: Shop, worker: TinyWorker) -> None:
    names = {}
    for kind, error in (("analyze", "KeyError"), ("analyze", "OSError"), ("ping", "KeyError")):
        handle = await (shop.analyze.enqueue("a") if kind == "analyze" else shop.ping.enqueue())
        worker.fail(worker.claim_one(), error=error)
        names[handle.id] = (kind, error)

    assert await shop.queue.retry_where(name="analyze-pnl", error="KeyError") == 1
    (again,) = (await shop.queue.list(State.WAITING)).jobs
    assert names[again.id] == ("analyze", "KeyError")
    assert await shop.queue.retry_where(error="KeyError") == 1
    assert await shop.queue.retry_where(name="nobody") == 0
    assert await shop.queue.retry_where() == 1
    with pytest.raises(InvalidOption, match="state must be"):
        await shop.queue.retry_where(state=State.WAITING)


async def test_more_than_a_thousand_jobs_run_again(shop: Shop, worker: TinyWorker) -> None:
    handles = await shop.queue.add_many(shop.analyze.call(str(n)) for n in range(1_200))
    for _ in range(2):
        worker.complete(*worker.claim(1_000))

    assert await shop.queue.retry_where(state=State.COMPLETED) == 1_000
    assert (await shop.queue.counts()).waiting == 1_000
    assert await shop.queue.promote(*(handle.id for handle in handles)) == 0
    removed = await shop.queue.remove(*(handle.id for handle in handles))
    assert removed == Removed(1_000, ())


async def test_arguments_are_replaced_and_checked(shop: Shop, worker: TinyWorker) -> None:
    handle = await shop.analyze.options(id="x", priority=8, timeout=5).enqueue("a")

    await shop.queue.update_data("x", {"wallet": "b", "force": True})

    info = await handle.info()
    assert (info.arguments, info.priority) == ({"wallet": "b", "force": True}, 8)
    with pytest.raises(InvalidPayload) as refused:
        await shop.queue.update_data("x", {"wallet": 3})
    assert refused.value.field == "wallet"
    with pytest.raises(PayloadTooLarge):
        await shop.queue.update_data("x", {"wallet": "y" * 300_000})
    worker.claim()
    with pytest.raises(JobActive):
        await shop.queue.update_data("x", {"wallet": "c"})


async def test_of_two_who_change_a_job_at_a_time_one_is_told(shop: Shop) -> None:
    handle = await shop.analyze.enqueue("a")

    answers = await asyncio.gather(
        shop.queue.update_data(handle.id, {"wallet": "b"}),
        shop.queue.update_data(handle.id, {"wallet": "c"}),
        return_exceptions=True,
    )

    (conflict,) = [answer for answer in answers if answer is not None]
    assert isinstance(conflict, JobError)
    assert "by somebody else" in str(conflict)
    winner = "c" if answers[0] is conflict else "b"
    assert (await handle.info()).arguments == {"wallet": winner}


async def test_a_paused_queue_starts_nothing(shop: Shop, worker: TinyWorker) -> None:
    handle = await shop.analyze.enqueue("a")

    await shop.queue.pause()
    assert worker.claim() == []
    assert (await shop.queue.counts()).paused
    assert (await handle.info()).reason == "paused"
    await shop.queue.resume()

    assert worker.claim() == [handle.id]


async def test_drain_takes_what_waits_and_nothing_else(shop: Shop, worker: TinyWorker) -> None:
    await shop.queue.add_many(shop.analyze.call(str(n)) for n in range(1_500))
    await shop.analyze.options(delay=60).enqueue("later")
    worker.claim()

    assert await shop.queue.drain() == 1_499
    counts = await shop.queue.counts()
    assert (counts.waiting, counts.delayed, counts.active) == (0, 1, 1)
    assert await shop.queue.drain(delayed=True) == 1


async def test_ended_jobs_are_cleaned_by_state_and_age(shop: Shop, worker: TinyWorker) -> None:
    for name in "abc":
        await shop.analyze.enqueue(name)
    failed, *done = worker.claim(3)
    worker.fail(failed)
    worker.complete(*done)

    assert await shop.queue.clean(State.COMPLETED, older_than=60) == 0
    assert await shop.queue.clean(State.COMPLETED, limit=1) == 1
    assert await shop.queue.clean(State.COMPLETED) == 1
    assert (await shop.queue.counts()).failed == 1
    with pytest.raises(InvalidOption):
        await shop.queue.clean(State.ACTIVE)


async def test_a_queue_goes_with_everything_in_it(
    shop: Shop, worker: TinyWorker, valkey: PrivateServer
) -> None:
    await shop.analyze.enqueue("a")
    worker.claim()

    with pytest.raises(QueueActive, match="force"):
        await shop.queue.obliterate()
    await shop.queue.obliterate(force=True)

    assert valkey.client.smembers("bb:queues") == set()
    assert (await shop.queue.counts()).active == 0
    assert (await shop.analyze.enqueue("again")).created
    assert valkey.client.smembers("bb:queues") == {b"shop"}


async def test_workers_are_shown_with_their_leases(shop: Shop, worker: TinyWorker) -> None:
    (shown,) = await shop.queue.workers()

    assert shown.number == 1
    assert shown.lease_until > datetime.now(UTC)
    assert shown.about == {}
