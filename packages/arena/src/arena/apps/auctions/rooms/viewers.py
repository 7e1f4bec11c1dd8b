"""How many look at an auction, through all processes, though one of them dies."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final
from uuid import uuid4

from arena.apps.auctions.rooms.messages import room_of
from arena.apps.auctions.store.live import SLOTS, LiveStore, Look, look_of
from arena.base.sockets import Sockets
from backbeat import BackbeatError
from backbeat.app import Follower

log: Final = logging.getLogger(__name__)

SAID_AGAIN_S: Final = 5.0
GOOD_S: Final = 15.0
"""What a process says is good for so long. One that dies is counted no more after that, and the
next that says something finds out: within 20 s everybody is told."""
TOGETHER: Final = 200
TOLD_AGAIN_S: Final = 0.25
"""Of a crowd that comes each would else be told of each: messages by the square of its size."""


class Viewers:
    """Counts those of this process, says so over and over, and tells them how many there are.

    Whoever looks is named by their socket, or by the page that they look at.
    """

    def __init__(self, live: LiveStore, sockets: Sockets) -> None:
        """Nobody looks yet."""
        self._live = live
        self._sockets = sockets
        self._process = uuid4().hex
        self._looking: defaultdict[str, set[str]] = defaultdict(set)
        self._untold: dict[str, Look] = {}
        self._listeners: list[Callable[[Look], None]] = []

    def listen(self, listener: Callable[[Look], None]) -> None:
        """Be told of every change, too: pages show it without a socket of ours."""
        self._listeners.append(listener)

    def rooms_of(self, sid: str) -> int:
        """At how many auctions a socket looks."""
        return sum(sid in sids for sids in self._looking.values())

    async def add(self, auction_id: str, sid: str) -> int:
        """Let a socket look; how many do now."""
        self._looking[auction_id].add(sid)
        return await self.count(auction_id)

    async def remove(self, auction_id: str, sid: str) -> int:
        """Let a socket look no more; how many do now."""
        sids = self._looking.get(auction_id, set())
        sids.discard(sid)
        if not sids:
            self._looking.pop(auction_id, None)
        return await self.count(auction_id)

    async def remove_everywhere(self, sid: str) -> None:
        """Let a socket look at nothing any more."""
        for auction_id in [each for each, sids in self._looking.items() if sid in sids]:
            await self.remove(auction_id, sid)

    async def count(self, auction_id: str) -> int:
        """Say how many look through this process; how many do in all."""
        here = len(self._looking.get(auction_id, ()))
        return await self._live.viewers(auction_id, self._process, here, good_s=GOOD_S)

    @asynccontextmanager
    async def counting(self) -> AsyncIterator[None]:
        """Count for as long as the block runs; then nobody looks through this process any more."""
        async with self._live.follow_viewers() as follower:
            for slot in SLOTS:
                await follower.add(slot)
            tasks = [
                asyncio.create_task(self._say_again(), name="say how many look at auctions"),
                asyncio.create_task(self._hear(follower), name="hear how many look at auctions"),
                asyncio.create_task(self._tell(), name="tell how many look at auctions"),
            ]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
                gone, self._looking = list(self._looking), defaultdict(set)
                await self._say(gone)

    async def _say_again(self) -> None:
        while True:
            await asyncio.sleep(SAID_AGAIN_S)
            await self._say(list(self._looking))

    async def _say(self, auction_ids: list[str]) -> None:
        try:
            for first in range(0, len(auction_ids), TOGETHER):
                some = auction_ids[first : first + TOGETHER]
                await asyncio.gather(*(self.count(each) for each in some))
        except BackbeatError as error:
            log.warning("nobody could be told how many look at auctions: %s", error)

    async def _hear(self, follower: Follower) -> None:
        """Each process hears of every change."""
        while True:
            try:
                async for entry in follower:
                    look = look_of(entry)
                    if look.viewers == look.before:
                        continue
                    earlier = self._untold.get(look.auction_id, look)
                    self._untold[look.auction_id] = replace(look, before=earlier.before)
            except BackbeatError as error:
                log.warning("people may not hear how many look at auctions: %s", error)

    async def _tell(self) -> None:
        """Tell the people of this process what has changed since they were told."""
        while True:
            await asyncio.sleep(TOLD_AGAIN_S)
            untold, self._untold = self._untold, {}
            for look in untold.values():
                await self._tell_of(look)

    async def _tell_of(self, look: Look) -> None:
        for listener in self._listeners:
            listener(look)
        told = {"auctionId": look.auction_id, "viewers": look.viewers}
        room = room_of(look.auction_id)
        if look.viewers != look.before:
            change = "joined" if look.viewers > look.before else "left"
            await self._sockets.tell(room, f"auction:viewer_{change}", told)
        # Also where as many came as went: whoever came in between was answered another number.
        await self._sockets.tell(room, "auction:viewer_count", told)
