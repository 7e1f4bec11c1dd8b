"""Many sockets on one gateway process: its memory, and how long an event takes to reach them all.

`python -m benchmarks.live [--sockets N] [--deflate]` prints one line each. The sockets are opened
by this process: on few cores it shares them with the gateway, and times are an upper bound.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from subprocess import PIPE, Popen
from typing import Final

import aiohttp
import psutil

from backbeat import Backbeat, Queue
from packages.backbeat.tests.support.servers import private_valkey

_EVENTS: Final = 20
_AT_ONCE: Final = 100
_HELLO: Final = ('40{"token":"reader"}', '42["subscribe-to-queue","work"]')


class Sockets:
    """Sockets that follow one queue.

    Attributes:
        heard_at: When each heard of the last job.
    """

    def __init__(self) -> None:
        """None yet."""
        self.heard_at: list[float] = []
        self._count = 0
        self._ready = 0
        self._changed = asyncio.Event()

    async def open(self, session: aiohttp.ClientSession, port: int, *, deflate: bool) -> None:
        """One more; listens until it is cancelled."""
        url = f"http://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        self._count += 1
        async with session.ws_connect(url, compress=15 if deflate else 0) as ws:
            for line in _HELLO:
                await ws.send_str(line)
            async for message in ws:
                self._hear(message.data)
                if message.data == "2":
                    await ws.send_str("3")

    async def all_ready(self, count: int) -> None:
        """Wait until so many follow."""
        while self._ready < count:
            self._changed.clear()
            await self._changed.wait()

    async def all_heard(self) -> None:
        """Wait until every one has heard of a job."""
        while len(self.heard_at) < self._ready:
            self._changed.clear()
            await self._changed.wait()

    def _hear(self, text: str) -> None:
        if text.startswith('42["job-waiting"'):
            self.heard_at.append(time.perf_counter())
        elif text.startswith('42["queue-snapshot"'):
            self._ready += 1
        self._changed.set()


async def measure(queue: Queue, sockets: Sockets) -> list[list[float]]:
    """For each of some jobs, how many seconds after its add each socket heard of it."""
    delays = []
    for _ in range(_EVENTS):
        sockets.heard_at.clear()
        begin = time.perf_counter()
        await queue.add("do", {})
        await sockets.all_heard()
        delays.append([heard_at - begin for heard_at in sockets.heard_at])
    return delays


async def main(count: int, *, deflate: bool) -> None:
    """Open the sockets and print what was measured."""
    with private_valkey() as server, gateway(server.url) as (process, port):
        before = process.memory_info().rss
        async with listening(port, count, deflate=deflate) as (sockets, opened_s):
            used = process.memory_info().rss
            app = Backbeat(server.url, namespace="bb")
            async with app:
                cpu = sum(process.cpu_times()[:2])
                delays = await measure(app.queue("work", events="all"), sockets)
                cpu = sum(process.cpu_times()[:2]) - cpu
    firsts, lasts = [min(each) for each in delays], [max(each) for each in delays]
    middle = statistics.median(delay for each in delays for delay in each)
    print(f"{count} sockets, compression {'on' if deflate else 'off'}")
    print(f"opened and subscribed in {opened_s:.1f} s")
    print(f"memory {used / 2**20:.0f} MiB, {(used - before) / count / 1024:.1f} KiB a socket")
    print(
        f"an event reaches the first socket after {statistics.median(firsts) * 1e3:.0f} ms, half of"
        f" them after {middle * 1e3:.0f} ms, the last after {statistics.median(lasts) * 1e3:.0f} ms"
        f" (worst of {_EVENTS}: {max(lasts) * 1e3:.0f} ms)"
    )
    print(f"gateway CPU {cpu / _EVENTS / count * 1e6:.0f} µs for each event and socket")


@asynccontextmanager
async def listening(
    port: int, count: int, *, deflate: bool
) -> AsyncIterator[tuple[Sockets, float]]:
    """So many sockets that follow the queue, and the seconds that it took to open them."""
    sockets, begin = Sockets(), time.perf_counter()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        tasks = []
        for ready in range(0, count, _AT_ONCE):
            await sockets.all_ready(ready)
            tasks += [
                group.create_task(sockets.open(session, port, deflate=deflate))
                for _ in range(min(_AT_ONCE, count - ready))
            ]
        await sockets.all_ready(count)
        yield sockets, time.perf_counter() - begin
        for task in tasks:
            task.cancel()


@contextmanager
def gateway(url: str) -> Iterator[tuple[psutil.Process, int]]:
    """A gateway process, and its port."""
    module = "packages.backbeat.tests.support.gateway_process"
    with Popen([sys.executable, "-m", module, url], stdout=PIPE) as process:
        assert process.stdout is not None
        try:
            yield psutil.Process(process.pid), int(process.stdout.readline())
        finally:
            process.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=5_000)
    parser.add_argument("--deflate", action="store_true")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.sockets, deflate=arguments.deflate))
