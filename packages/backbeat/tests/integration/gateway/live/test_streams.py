"""The same events as server-sent events."""

import pytest

from backbeat import Backbeat, Queue
from backbeat.gateway.live import LiveLimits
from packages.backbeat.tests.support.gateway import Gateway, gateway
from packages.backbeat.tests.support.tiny_worker import TinyWorker


async def test_a_stream_tells_of_one_job_from_its_state_on(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    handle = await queue.add("do", {}, id="a/b:c")
    async with served.stream("work/a/b:c") as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.response.headers["cache-control"] == "no-store"
        assert (await stream.next())[0] == "job-waiting"
        worker.claim()
        worker.complete(handle.id, result=[1])
        names = [await stream.next() for _ in range(3)]
    assert [name for name, _ in names] == ["job-queue-to-start", "job-active", "job-completed"]
    assert names[-1][1]["result"] == [1]


async def test_a_stream_tells_of_a_queue(served: Gateway, queue: Queue) -> None:
    async with served.stream("work") as stream:
        assert (await stream.next())[0] == "queue-snapshot"
        await queue.add("do", {}, id="a")
        name, fields = await stream.next()
    assert (name, fields["jobId"]) == ("job-waiting", "a")


async def test_a_stream_goes_on_after_the_last_event_that_was_seen(
    served: Gateway, queue: Queue
) -> None:
    async with served.stream("work") as stream:
        await stream.next()
        await queue.add("do", {}, id="seen")
        _, seen = await stream.next()
    await queue.add("do", {}, id="missed")
    async with served.stream("work", last_event_id=seen["sequence"]) as stream:
        await queue.add("do", {}, id="later")
        told = [(await stream.next())[1]["jobId"] for _ in range(2)]
    assert told == ["missed", "later"]


async def test_who_lost_the_place_gets_a_gap_mark_and_a_snapshot(
    served: Gateway, queue: Queue
) -> None:
    await queue.add("do", {}, id="a")
    async with served.stream("work/a", last_event_id="1-1") as stream:
        name, gap = await stream.next()
        assert (name, gap["jobId"], gap["after"]) == ("gap", "a", "1-1")
        assert (await stream.next())[0] == "job-waiting"


async def test_a_silent_stream_shows_that_it_lives(app: Backbeat) -> None:
    limits = LiveLimits(heartbeat_s=0.05)
    async with gateway(app, limits=limits) as served, served.stream("work/nothing") as stream:
        await stream.next()
        assert await stream.next_block() == {"": "still here"}


async def test_a_stream_ends_when_the_gateway_does(served: Gateway) -> None:
    async with served.stream("work") as stream:
        await stream.next()
        await served.live.close()
        await stream.end()


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("work", None, 401),
        ("work", "nobody", 401),
        ("work/a", "elsewhere", 403),
        ("nowhere", "elsewhere", 403),
        ("nowhere", "reader", 404),
        ("silent", "reader", 409),
    ],
)
async def test_who_may_not_or_cannot_gets_an_error_and_no_stream(
    served: Gateway, path: str, key: str | None, status: int
) -> None:
    async with served.stream(path, key=key) as stream:
        assert stream.response.status_code == status
        body = await stream.response.aread()
    assert b'"success":false' in body
