"""Putting jobs into a queue: what is stored, what is answered, what is refused."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from backbeat import (
    Backbeat,
    InvalidJob,
    InvalidOption,
    InvalidPayload,
    PayloadTooLarge,
    Priority,
    QueueFull,
    Retry,
    State,
)
from backbeat.config import Settings
from backbeat.engine.record import StoredBackoff, StoredOptions, decode_record
from packages.backbeat.tests.integration.app.conftest import Shop, a_shop
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.tiny_worker import TinyWorker


async def test_a_job_is_stored_with_its_arguments_by_name(shop: Shop) -> None:
    handle = await shop.analyze.enqueue("9xQe", force=True)

    info = await handle.info()

    assert handle.created
    assert (info.name, info.queue, info.state) == ("analyze-pnl", "shop", State.WAITING)
    assert info.arguments == {"wallet": "9xQe", "force": True}
    assert abs(info.created_at - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_wrong_argument_adds_nothing(shop: Shop) -> None:
    with pytest.raises(InvalidPayload) as refused:
        await shop.analyze.enqueue(3)

    assert refused.value.field == "wallet"
    assert (await shop.queue.counts()).waiting == 0


async def test_the_same_id_is_one_job(shop: Shop, worker: TinyWorker) -> None:
    named = shop.analyze.options(id="pnl-9xQe")

    first, second = await named.enqueue("a"), await named.enqueue("b")
    worker.claim()
    running = await named.enqueue("c")
    worker.complete("pnl-9xQe")
    ended = await named.enqueue("d")

    assert [each.added for each in (first, second, running, ended)] == [
        "created", "existing", "existing", "kept",
    ]  # fmt: skip
    assert (second.existing, ended.kept, ended.created) == (True, True, False)
    assert (await shop.queue.get("pnl-9xQe")).arguments == {"wallet": "a"}


async def test_a_kept_job_is_replaced_on_request_and_a_live_one_is_not(
    shop: Shop, worker: TinyWorker
) -> None:
    named = shop.analyze.options(id="pnl", on_kept="replace")
    await named.enqueue("a")

    existing = await named.enqueue("b")
    worker.claim()
    worker.complete("pnl", result={"total": 1})
    replaced = await named.enqueue("c")

    assert (existing.added, replaced.added) == ("existing", "created")
    info = await replaced.info()
    assert (info.state, info.arguments, info.result) == (State.WAITING, {"wallet": "c"}, None)


async def test_every_option_travels_with_its_job(shop: Shop, valkey: PrivateServer) -> None:
    await shop.analyze.options(
        id="all",
        delay=60,
        priority=Priority.HIGH,
        lifo=True,
        retry=Retry.exponential(attempts=4, delay=2, factor=3, max_delay=60, jitter=0.5),
        timeout=timedelta(minutes=1),
        wait_timeout=2,
        deadline=3,
        stale_after=4,
        keep=5,
    ).enqueue("a")

    stored = valkey.client.hget("bb:{shop}:jobs", "all")
    assert isinstance(stored, bytes)
    record = decode_record(stored)
    assert (record.priority, record.lifo, record.reply) == (7, True, "")
    assert record.options == StoredOptions(
        attempts=4,
        backoff=StoredBackoff("exponential", 2_000, 3.0, 60_000, 0.5),
        timeout_ms=60_000,
        wait_ms=62_000,  # counted from the creation: the delay is added
        deadline_ms=3_000,
        stale_ms=4_000,
        keep_ms=5_000,
    )


async def test_delayed_jobs_are_due_when_asked(shop: Shop) -> None:
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)

    at = await shop.analyze.options(run_at=moment).enqueue("a")
    after = await shop.analyze.options(delay=timedelta(hours=1)).enqueue("a")

    info = await after.info()
    assert (await at.info()).due_at == moment
    assert info.state is State.DELAYED
    assert info.due_at is not None
    # The producer wrote when it was created, the server counted the hour.
    waits = info.due_at - info.created_at
    assert abs(waits - timedelta(hours=1)) < timedelta(minutes=1)


async def test_a_job_without_code_here_is_added_by_name(shop: Shop) -> None:
    handle = await shop.queue.add("elsewhere", [1, {"two": None}], priority=1)

    info = await handle.info()
    assert (info.name, info.arguments, info.priority) == ("elsewhere", [1, {"two": None}], 1)


async def test_a_job_by_name_is_checked_where_its_handler_is_known(shop: Shop) -> None:
    with pytest.raises(InvalidPayload) as refused:
        await shop.queue.add("analyze-pnl", {"wallet": "a", "force": "yes"})
    assert refused.value.field == "force"

    with pytest.raises(InvalidPayload, match="a dict of arguments"):
        await shop.queue.add("analyze-pnl", ["a"])
    with pytest.raises(InvalidPayload, match="NaN"):
        await shop.queue.add("elsewhere", float("nan"))
    with pytest.raises(InvalidPayload, match="elsewhere"):
        await shop.queue.add("elsewhere", object())
    with pytest.raises(InvalidOption, match="job"):
        await shop.queue.add("no name", {})


async def test_many_jobs_are_answered_one_by_one(shop: Shop) -> None:
    await shop.analyze.options(id="there").enqueue("old")

    handles = await shop.queue.add_many(
        [
            shop.analyze.call("a"),
            shop.analyze.options(id="there").call("b"),
            ("ping", {}),
            ("elsewhere", 3),
            shop.analyze.options(id="new", priority=9).call("c", force=True),
        ],
        delay=60,
    )

    assert [handle.added for handle in handles] == [
        "created", "existing", "created", "created", "created",
    ]  # fmt: skip
    states = [await handle.state() for handle in handles]
    assert states == [
        State.WAITING, State.WAITING, State.DELAYED, State.DELAYED, State.WAITING,
    ]  # fmt: skip
    assert (await shop.queue.get("new")).priority == 9


async def test_thousands_of_jobs_go_in_one_call_of_ours(shop: Shop) -> None:
    handles = await shop.queue.add_many(shop.analyze.call(str(n)) for n in range(2_500))

    assert len({handle.id for handle in handles}) == 2_500
    assert (await shop.queue.counts()).waiting == 2_500


async def test_a_bulk_with_one_wrong_job_adds_none(shop: Shop) -> None:
    other = a_shop(shop.app.settings.url or "", "other")

    with pytest.raises(InvalidPayload):
        await shop.queue.add_many([("ping", {}), ("analyze-pnl", {})])
    with pytest.raises(InvalidJob, match="other"):
        await shop.queue.add_many([("ping", {}), other.ping.call()])
    with pytest.raises(InvalidOption, match="id="):
        await shop.queue.add_many([("ping", {})], id="x")

    assert (await shop.queue.counts()).waiting == 0


async def test_concurrent_adds_are_all_stored(shop: Shop) -> None:
    handles = await asyncio.gather(*(shop.analyze.enqueue(str(n)) for n in range(300)))

    assert all(handle.created for handle in handles)
    assert (await shop.queue.counts()).waiting == 300


async def test_a_payload_beyond_the_limit_is_refused_with_both_sizes(
    valkey: PrivateServer,
) -> None:
    app = Backbeat(settings=Settings(url=valkey.url, max_payload_bytes=100))
    async with app:
        with pytest.raises(PayloadTooLarge, match="the limit is 100") as refused:
            await app.queue("q").add("x", "y" * 99)

        assert (refused.value.size, refused.value.limit) == (101, 100)
        assert (await app.queue("q").add("x", "y" * 98)).created


async def test_a_declared_limit_holds_after_configure(valkey: PrivateServer) -> None:
    async with Backbeat(valkey.url) as app:
        queue = app.queue("small", max_jobs=2)
        await queue.configure()
        await queue.add_many([("x", 1), ("x", 2)])

        with pytest.raises(QueueFull, match="small"):
            await queue.add("x", 3)


async def test_queues_are_listed_once_they_take_jobs(shop: Shop, valkey: PrivateServer) -> None:
    await shop.queue.counts()
    assert valkey.client.smembers("bb:queues") == set()

    await shop.ping.enqueue()
    shop.app.sync.queue("shop").add("ping", {})

    assert valkey.client.smembers("bb:queues") == {b"shop"}
