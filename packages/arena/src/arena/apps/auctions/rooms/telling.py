"""Tells rooms what happens: each process hears of it itself, and tells its own people."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from arena.apps.auctions.actions.news import News
from arena.apps.auctions.model.events import Event, EventKind
from arena.apps.auctions.rooms.messages import Message, messages, outbid, room_of
from arena.base.sockets import Sockets

LEAST_GAP_S: Final = 0.1


class Teller:
    """Hears of all auctions. Of bids that come fast a room hears ten times a second.

    A message for several bids has the newest state, and `fromSeq`: the first of them. So nobody
    takes the bids in between for lost.
    """

    def __init__(self, news: News, sockets: Sockets) -> None:
        """Tell from the next event on."""
        news.listen(self._tell_of)
        self._sockets = sockets
        self._waiting: dict[str, Message] = {}
        self._quiet: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[None]:
        """Tell rooms for as long as the block runs; what is held back by then is told still."""
        yield
        if self._quiet:
            await asyncio.wait(self._quiet.values())

    async def _tell_of(self, event: Event) -> None:
        if (told := outbid(event)) is not None:
            person, message = told
            await self._emit(person, message)
        # Every process hears of every auction; most of them are looked at elsewhere. Whoever comes
        # later enters the room first and looks at the auction then, so nothing is missed.
        if not self._sockets.anybody_in(room_of(event.auction_id)):
            return
        first, *rest = messages(event)
        if event.kind is EventKind.BID:
            await self._tell_soon(event, first)
        else:
            rest = [first, *rest]
        if rest:
            await self._flush(event.auction_id)
        for message in rest:
            await self._emit(room_of(event.auction_id), message)

    async def _tell_soon(self, event: Event, message: Message) -> None:
        """At once, or with the next ones if the room was told a moment ago."""
        name, data = message
        before = self._waiting.get(event.auction_id)
        data["fromSeq"] = event.seq if before is None else before[1]["fromSeq"]
        self._waiting[event.auction_id] = name, data
        if event.auction_id not in self._quiet:
            await self._flush(event.auction_id)
            self._quiet[event.auction_id] = asyncio.create_task(self._pause(event.auction_id))

    async def _pause(self, auction_id: str) -> None:
        """Let bids gather while they come; end when none has come for a moment."""
        try:
            await asyncio.sleep(LEAST_GAP_S)
            while auction_id in self._waiting:
                await self._flush(auction_id)
                await asyncio.sleep(LEAST_GAP_S)
        finally:
            del self._quiet[auction_id]

    async def _flush(self, auction_id: str) -> None:
        message = self._waiting.pop(auction_id, None)
        if message is not None:
            await self._emit(room_of(auction_id), message)

    async def _emit(self, room: str, message: Message) -> None:
        """To people of this process alone: the others hear of it themselves."""
        if self._sockets.anybody_in(room):
            name, data = message
            await self._sockets.server.emit(name, data, room=room, ignore_queue=True)
