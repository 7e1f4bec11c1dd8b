"""Viewers of one auction, who note when each message about its bids came.

    python -m benchmarks.arena.viewers_process < plan.json

Says a line when all look; at the end of its input, what they heard, as JSON.
"""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from typing import Any, Final

import aiohttp
import msgspec
import uvloop

from benchmarks.arena.socket_client import SocketClient

AT_ONCE: Final = 20


class Watch(msgspec.Struct):
    """What to look at.

    Attributes:
        at: Address of the house.
        auction: The auction.
        viewers: How many look.
    """

    at: str
    auction: str
    viewers: int


class Heard(msgspec.Struct):
    """A message about bids as all of these viewers heard it.

    Attributes:
        first: Number of the first bid that it tells of.
        last: Number of the last one.
        viewers: How many heard it.
        earliest: When the first of them did.
        latest: When the last of them did.
    """

    first: int
    last: int
    viewers: int
    earliest: float
    latest: float


async def main(watch: Watch) -> list[Heard]:
    """Look until the input ends."""
    heard: dict[int, Heard] = {}

    def hear(event: str, data: dict[str, Any]) -> None:
        if event != "UPDATE_BID":
            return
        now = time.monotonic()
        known = heard.setdefault(data["seq"], Heard(data["fromSeq"], data["seq"], 0, now, now))
        known.viewers, known.latest = known.viewers + 1, now

    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))

        async def join() -> None:
            socket = await SocketClient.connect(session, watch.at, hear=hear)
            await socket.call("auction:join", {"auctionId": watch.auction})

        for first in range(0, watch.viewers, AT_ONCE):
            await asyncio.gather(*(join() for _ in range(min(AT_ONCE, watch.viewers - first))))
        print("all look", flush=True)
        await asyncio.to_thread(sys.stdin.buffer.read)
    return list(heard.values())


if __name__ == "__main__":
    watch = msgspec.json.decode(sys.stdin.buffer.readline(), type=Watch)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(main(watch))))
