"""A gateway dies under many sockets, which all come back at once: no end is missed."""

import asyncio
from typing import Any

import aiohttp
import socketio

from backbeat import Backbeat, Queue
from backbeat.gateway.live import LiveLimits
from packages.backbeat.tests.support.gateway import PATIENCE_S, free_port, gateway
from packages.backbeat.tests.support.tiny_worker import TinyWorker

SOCKETS = 300


class Follower:
    """Follows one job, comes back when it is disconnected, and goes on where it was."""

    def __init__(self, job_id: str, session: aiohttp.ClientSession) -> None:
        self.job_id = job_id
        self.since: str | None = None
        self.followed = asyncio.Event()
        self.ends: list[dict[str, Any]] = []
        self.ended = asyncio.Event()
        self.io = socketio.AsyncClient(
            http_session=session, reconnection_delay=0.1, reconnection_delay_max=0.5
        )
        self.io.on("connected", self._subscribe)
        self.io.on("job-waiting", self._wait)
        self.io.on("job-completed", self._end)

    async def connect(self, url: str) -> None:
        await self.io.connect(
            url, auth={"token": "reader"}, transports=["websocket"], wait_timeout=PATIENCE_S
        )

    async def _subscribe(self, _fields: object) -> None:
        about = {"queue": "work", "jobId": self.job_id}
        since = {} if self.since is None else {"since": self.since}
        await self.io.emit("subscribe-to-job", {**about, **since})

    async def _wait(self, fields: dict[str, Any]) -> None:
        self.since = fields["sequence"]
        self.followed.set()

    async def _end(self, fields: dict[str, Any]) -> None:
        self.ends.append(fields)
        self.ended.set()


async def test_hundreds_of_sockets_that_come_back_at_once_miss_no_end(
    app: Backbeat, queue: Queue, worker: TinyWorker
) -> None:
    port, limits = free_port(), LiveLimits(per_identity=SOCKETS)
    handles = await queue.add_many([("do", {}) for _ in range(SOCKETS)])
    ids = [handle.id for handle in handles]
    connector = aiohttp.TCPConnector(limit=0)
    async with asyncio.timeout(3 * PATIENCE_S), aiohttp.ClientSession(connector=connector) as http:
        followers = [Follower(job_id, http) for job_id in ids]
        async with gateway(app, port=port, limits=limits) as first:
            await asyncio.gather(*(follower.connect(first.url) for follower in followers))
            await asyncio.gather(*(follower.followed.wait() for follower in followers))
        # One third ends while nobody is there to tell it, ...
        worker.claim(SOCKETS)
        worker.complete(*ids[: SOCKETS // 3])
        async with gateway(app, port=port, limits=limits):
            # ... one third while all come back, and the last when they are here.
            worker.complete(*ids[SOCKETS // 3 : 2 * SOCKETS // 3])
            await asyncio.gather(*(each.ended.wait() for each in followers[: SOCKETS // 3]))
            worker.complete(*ids[2 * SOCKETS // 3 :])
            await asyncio.gather(*(each.ended.wait() for each in followers))
            await asyncio.gather(*(each.io.disconnect() for each in followers))
    assert [[end["jobId"] for end in each.ends] for each in followers] == [[i] for i in ids]
