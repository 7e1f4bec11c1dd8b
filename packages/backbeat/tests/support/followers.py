"""Many clients of a gateway in this process, each on one job; they come back when they are cut off.

They speak the protocol by hand, as thousands of clients of the library would measure themselves.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

_HELLO: Final = '40{"token":"reader"}'
# As clients of the library do: not all at the same moment, and less and less often.
_FIRST_S: Final = 1.0
_LONGEST_S: Final = 5.0


class Follower:
    """Follows one job of the queue "work", until it has heard of its end.

    Attributes:
        job_id: The job.
        ends: How often its end was told.
        here: Set while it follows.
        ended: Set once it has heard of the end.
        refused: How often it was connected and could not follow.
        back_at: When it last began to follow, by a monotonic clock.
    """

    def __init__(self, job_id: str) -> None:
        """Not connected."""
        self.job_id = job_id
        self.ends = 0
        self.here = asyncio.Event()
        self.ended = asyncio.Event()
        self.refused = 0
        self.back_at = 0.0
        self._since: str | None = None
        self._wait_s = _FIRST_S

    async def run(self, session: aiohttp.ClientSession, url: str) -> None:
        """Follow, and come back, until it is cancelled."""
        while True:
            try:
                async with session.ws_connect(url) as ws:
                    await ws.send_str(_HELLO)
                    async for message in ws:
                        await self._hear(ws, str(message.data))
            except (aiohttp.ClientError, ConnectionError):
                pass
            self.here.clear()
            await asyncio.sleep(self._wait_s * random.uniform(0.5, 1.5))
            self._wait_s = min(_LONGEST_S, 2 * self._wait_s)

    async def _hear(self, ws: aiohttp.ClientWebSocketResponse, text: str) -> None:
        if text == "2":
            await ws.send_str("3")
        elif text.startswith("40"):
            since = {} if self._since is None else {"since": self._since}
            about = {"queue": "work", "jobId": self.job_id, **since}
            await ws.send_str(f'420["subscribe-to-job",{json.dumps(about)}]')
        elif text.startswith("430"):
            if not json.loads(text[3:])[0]["success"]:
                # The gateway could not let it follow in time: it comes back, as after a cut.
                self.refused += 1
                await ws.close()
                return
            self._wait_s, self.back_at = _FIRST_S, time.monotonic()
            self.here.set()
        elif text.startswith('42["job-'):
            name, fields = json.loads(text[2:])
            self._take_in(name, fields)

    def _take_in(self, name: str, fields: dict[str, Any]) -> None:
        assert fields["jobId"] == self.job_id
        self._since = fields["sequence"]
        if name == "job-cancelled":
            self.ends += 1
            self.ended.set()


@asynccontextmanager
async def following(url: str, job_ids: Iterable[str]) -> AsyncIterator[list[Follower]]:
    """A follower of each job, all of them connected a hundred at a time.

    Args:
        url: Of the gateway, whether it lives or not.
        job_ids: The jobs.
    """
    where = f"{url}/socket.io/?EIO=4&transport=websocket"
    followers = [Follower(job_id) for job_id in job_ids]
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        tasks = []
        for first in range(0, len(followers), 100):
            some = followers[first : first + 100]
            tasks += [group.create_task(each.run(session, where)) for each in some]
            await all_of(each.here.wait() for each in some)
        yield followers
        for task in tasks:
            task.cancel()


async def all_of(waits: Iterable[Awaitable[object]]) -> None:
    """Wait for all."""
    await asyncio.gather(*waits)
