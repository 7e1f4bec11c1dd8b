"""Resuming from the last sequence: after a reconnect, a restart, an outage, at another gateway."""

from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat, Queue
from packages.backbeat.tests.support.gateway import Client, Gateway, gateway
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.tiny_worker import TinyWorker


async def seen_waiting(client: Client, job_id: str) -> str:
    """Follow a job; the sequence of its first event."""
    await client.follow("work", job_id)
    return str((await client.next("job-waiting"))["sequence"])


@pytest.fixture
async def other_app(valkey: PrivateServer) -> AsyncIterator[Backbeat]:
    """The same application, in another process so to speak."""
    app = Backbeat(valkey.url, namespace="bb")
    app.queue("work", events="all")
    yield app
    await app.close()


async def test_who_reconnects_gets_what_it_missed_and_nothing_twice(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    handle = await queue.add("do", {})
    async with served.client() as client:
        last = await seen_waiting(client, handle.id)
    worker.complete(*worker.claim())
    async with served.client() as client:
        await client.next("connected")
        await client.follow("work", handle.id, since=last)
        assert await client.take(3) == ["job-queue-to-start", "job-active", "job-completed"]
        await handle.retry()
        assert await client.take(1) == ["job-waiting"]


async def test_a_connection_lost_within_a_batch_misses_none_of_it(
    served: Gateway, queue: Queue
) -> None:
    async with served.client() as client:
        await client.follow("work")
        handles = await queue.add_many([("do", {}) for _ in range(5)])
        last = [await client.next("job-waiting") for _ in range(2)][-1]
    async with served.client() as client:
        await client.follow("work", since=last["sequence"])
        rest = [(await client.next("job-waiting"))["jobId"] for _ in range(3)]
    assert rest == [handle.id for handle in handles[2:]]


async def test_a_client_resumes_across_a_restart_of_the_gateway(
    app: Backbeat, queue: Queue, worker: TinyWorker
) -> None:
    handle = await queue.add("do", {})
    async with gateway(app) as before, before.client() as client:
        last = await seen_waiting(client, handle.id)
        await before.live.close()
        assert await client.wait_for_disconnect()
    worker.complete(*worker.claim())
    async with gateway(app) as after, after.client() as client:
        await client.next("connected")
        await client.follow("work", handle.id, since=last)
        assert await client.take(3) == ["job-queue-to-start", "job-active", "job-completed"]


async def test_a_client_resumes_at_another_gateway(
    served: Gateway, other_app: Backbeat, queue: Queue, worker: TinyWorker
) -> None:
    handle = await queue.add("do", {})
    async with gateway(other_app) as other:
        async with served.client() as client:
            last = await seen_waiting(client, handle.id)
        worker.complete(*worker.claim())
        async with other.client() as client:
            await client.next("connected")
            await client.follow("work", handle.id, since=last)
            assert await client.take(3) == ["job-queue-to-start", "job-active", "job-completed"]


@pytest.mark.parametrize("since", ["0-0", "1-1", "9999999999999-0", "x", "1|2|3"])
async def test_a_place_that_is_not_kept_gives_a_gap_mark_and_the_state(
    served: Gateway, queue: Queue, worker: TinyWorker, since: str
) -> None:
    handle = await queue.add("do", {})
    worker.complete(*worker.claim())
    async with served.client() as client:
        await client.next("connected")
        told = await client.follow("work", handle.id, since=since)
        gap = await client.next("gap")
        assert gap == {
            "jobId": handle.id, "after": since, "timestamp": gap["timestamp"], "queue": "work",
            "sequence": told["sequence"],
        }  # fmt: skip
        assert await client.take(1) == ["job-completed"]


async def test_who_follows_a_queue_that_was_emptied_is_told_of_the_gap(
    served: Gateway, queue: Queue
) -> None:
    await queue.add("do", {})
    async with served.client() as client:
        await client.follow("work")
        await client.next("queue-snapshot")
        await queue.obliterate()
        await queue.add("do", {}, id="new")
        await client.next("gap")
        assert (await client.next("queue-snapshot"))["counts"]["waiting"] == 1


async def test_an_outage_of_the_server_loses_no_end(
    served: Gateway, queue: Queue, worker: TinyWorker, valkey: PrivateServer
) -> None:
    async with served.client() as client:
        handle = await queue.add("do", {})
        await client.follow("work", handle.id)
        await client.next("job-waiting")
        valkey.client.client_kill_filter(_type="normal", skipme=True)
        worker.complete(*worker.claim())
        assert (await client.next("job-completed"))["jobId"] == handle.id


async def test_a_job_that_cannot_be_read_does_not_silence_the_queue(
    served: Gateway, queue: Queue, worker: TinyWorker, valkey: PrivateServer
) -> None:
    async with served.client() as client:
        broken = await queue.add("do", {})
        await client.follow("work")
        await client.next("queue-snapshot")
        worker.claim()
        worker.report(broken.id, {"value": 1})
        keys = (await queue.connection()).keys("work")
        valkey.client.hset(keys.key("progress"), broken.id, "no JSON")
        worker.report(broken.id, "neither")
        later = await queue.add("do", {})
        assert (await client.next("job-waiting"))["jobId"] == later.id


async def test_a_queue_with_partitions_is_followed_and_resumed(
    app: Backbeat, served: Gateway
) -> None:
    queue = app.queue("spread", partitions=3)
    async with served.client() as client:
        await client.follow("spread")
        await client.next("queue-snapshot")
        await queue.add("do", {}, id="a")
        first = await client.next("job-waiting")
    await queue.add("do", {}, id="b")
    async with served.client() as client:
        await client.follow("spread", since=first["sequence"])
        assert (await client.next("job-waiting"))["jobId"] == "b"
