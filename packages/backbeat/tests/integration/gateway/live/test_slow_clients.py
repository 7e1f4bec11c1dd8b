"""Clients that take slowly: nothing grows without a bound, and no end is lost."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest

from backbeat import Backbeat, Queue
from backbeat.gateway.access import Credentials, Principal
from backbeat.gateway.live import LiveLimits
from backbeat.gateway.live.hub import Hub
from backbeat.gateway.live.listener import Listener
from backbeat.gateway.live.message import Message
from backbeat.gateway.live.request import Request
from backbeat.gateway.live.ring import Happening
from backbeat.gateway.service import Service
from packages.backbeat.tests.support.gateway import PATIENCE_S, READ, gateway
from packages.backbeat.tests.support.tiny_worker import TinyWorker

SMALL = LiveLimits(buffer=5)


class Slow:
    """A listener that takes when a test says."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.listener = Listener(Credentials(), Principal("slow", READ), hub.limits)
        hub.enter(self.listener)
        self.most = 0

    async def follow(self, job_id: str | None = None, since: str | None = None) -> None:
        await self.hub.subscribe(self.listener, Request("work", job_id, since))

    async def take_until(self, job_id: str | None, name: str) -> list[Message]:
        """Everything up to an event of a job, or of the queue."""
        taken: list[Message] = []
        async with asyncio.timeout(PATIENCE_S):
            while (name, job_id) not in {(each.name, each.fields.get("jobId")) for each in taken}:
                await self.listener.has_news()
                self.most = max(self.most, len(self.listener.outbox))
                taken += await self.listener.take()
        return taken


@pytest.fixture
async def hub(app: Backbeat) -> AsyncIterator[Hub]:
    """A hub whose listeners have little room."""
    hub = Hub(Service(app).following, SMALL)
    yield hub
    await hub.close()


@pytest.fixture
async def slow(hub: Hub) -> Slow:
    """A slow listener."""
    return Slow(hub)


async def heard_by_all(hub: Hub, queue: Queue) -> None:
    """Wait until the hub has told what happened so far."""
    quick = Slow(hub)
    await quick.follow("marker")
    await quick.take_until("marker", "job-unknown")
    await queue.add("do", {}, id="marker")
    await quick.take_until("marker", "job-waiting")
    hub.exit(quick.listener)


async def test_of_progress_only_the_newest_waits(
    hub: Hub, slow: Slow, queue: Queue, worker: TinyWorker
) -> None:
    handle = await queue.add("do", {})
    await slow.follow(handle.id)
    await slow.take_until(handle.id, "job-waiting")
    worker.claim()
    await slow.take_until(handle.id, "job-active")
    await slow.listener.take()
    for value in range(50):
        worker.report(handle.id, {"value": value})
    await heard_by_all(hub, queue)
    assert len(slow.listener.outbox) == 1
    worker.complete(handle.id)
    told = await slow.take_until(handle.id, "job-completed")
    assert [(each.name, each.fields.get("progress")) for each in told] == [
        ("job-progress", 49), ("job-completed", None)
    ]  # fmt: skip


async def test_a_full_buffer_loses_no_end(
    hub: Hub, slow: Slow, queue: Queue, worker: TinyWorker
) -> None:
    await slow.follow()
    await slow.take_until(None, "queue-snapshot")
    assert await slow.listener.take() == []  # and is live
    handles = [await queue.add("do", {}) for _ in range(60)]
    for handle in handles:
        worker.claim()
        worker.complete(handle.id)
    await heard_by_all(hub, queue)
    assert len(slow.listener.outbox) <= SMALL.buffer
    told = await slow.take_until("marker", "job-waiting")
    assert slow.most <= SMALL.buffer
    assert "gap" not in [each.name for each in told]
    for name in ("job-waiting", "job-active", "job-completed"):
        ids = [each.fields["jobId"] for each in told if each.name == name]
        assert [each for each in ids if each != "marker"] == [handle.id for handle in handles]


async def test_where_the_ring_has_gone_on_there_is_a_gap_mark_and_the_final_state(
    hub: Hub, slow: Slow, queue: Queue, worker: TinyWorker
) -> None:
    followed = [await queue.add("do", {}) for _ in range(8)]
    for handle in followed:
        await slow.follow(handle.id)
    await slow.take_until(followed[-1].id, "job-waiting")
    hub.feed(queue).ring.max_entries = 4
    for handle in followed:
        worker.claim()
        worker.complete(handle.id, result=handle.id)
    for _ in range(10):
        await queue.add("do", {})
    await heard_by_all(hub, queue)
    told = []
    ends: set[str] = set()
    while len(ends) < 8:
        await slow.listener.has_news()
        told += await slow.listener.take()
        ends = {str(m.fields["result"]) for m in told if m.name == "job-completed"}
    assert ends == {handle.id for handle in followed}
    assert "gap" in [each.name for each in told]


async def test_what_the_stream_says_later_of_what_a_snapshot_told_is_not_told_again(
    hub: Hub, slow: Slow, queue: Queue, worker: TinyWorker
) -> None:
    handle = await queue.add("do", {})
    worker.complete(*worker.claim())
    await slow.follow(handle.id)
    [end] = await slow.take_until(handle.id, "job-completed")
    assert await slow.listener.take() == []  # and is live
    [topic] = slow.listener.topics.values()
    feed, ended_ms = hub.feed(queue), end.fields["timestamp"]
    (number, _), told = feed.ring.head, []
    for offset, kind, at_ms in [
        (0, "retried", ended_ms + 1),  # told before it was subscribed to
        (1, "active", ended_ms - 1),
        (2, "completed", ended_ms),
        (3, "retried", ended_ms + 1),
    ]:
        late = Happening((number + offset, 0), "1-1", kind, handle.id, at_ms)
        topic.offer((await feed.news([late]))[0])
        told.append([each.name for each in await slow.listener.take()])
    assert told == [[], [], [], ["job-waiting"]]


async def unread(ws: aiohttp.ClientWebSocketResponse) -> None:
    """Let a websocket follow the queue, and read nothing after its snapshot."""
    await ws.receive_str()
    await ws.send_str('40{"token":"reader"}')
    await ws.send_str('42["subscribe-to-queue","work"]')
    while "queue-snapshot" not in await ws.receive_str():
        pass


async def test_of_a_socket_that_is_not_read_progress_does_not_pile_up(
    app: Backbeat, queue: Queue, worker: TinyWorker
) -> None:
    handle = await queue.add("do", {})
    reports = 400
    async with (
        gateway(app) as served,
        served.client() as quick,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{served.url}/socket.io/?EIO=4&transport=websocket") as ws,
    ):
        await unread(ws)
        await quick.follow("work", handle.id)
        worker.claim()
        for value in range(reports):
            worker.report(handle.id, {"value": value, "message": "x" * 100_000})
            while (await quick.next("job-progress"))["progress"] < value:
                pass
        heard: list[int] = []
        async with asyncio.timeout(PATIENCE_S):
            while not heard or heard[-1] < reports - 1:
                text = await ws.receive_str()
                if text.startswith('42["job-progress"'):
                    heard.append(json.loads(text[2:])[1]["progress"])
    # What did not fit into the buffers of the two kernels was replaced.
    assert len(heard) < reports / 2
    assert heard == sorted(heard)


async def test_a_socket_that_is_not_read_gets_every_end_once_it_is(
    app: Backbeat, queue: Queue, worker: TinyWorker
) -> None:
    limits = LiveLimits(buffer=20, buffer_bytes=200_000)
    ids = [f"job-{number}" for number in range(150)]
    async with (
        gateway(app, limits=limits) as served,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{served.url}/socket.io/?EIO=4&transport=websocket") as ws,
    ):
        await unread(ws)
        result = "x" * 100_000
        for job_id in ids:
            await queue.add("do", {}, id=job_id)
            worker.claim()
            worker.complete(job_id, result=result)
        # Others are served meanwhile.
        async with served.client() as client:
            await client.follow("work", ids[-1])
            await client.next("job-completed")
        ends: Counter[str] = Counter()
        async with asyncio.timeout(PATIENCE_S):
            while len(ends) < len(ids):
                text = await ws.receive_str()
                if text == "2":
                    await ws.send_str("3")
                elif text.startswith('42["job-completed"'):
                    ends[json.loads(text[2:])[1]["jobId"]] += 1
    assert ends == Counter(ids)
