"""What happens to auctions, read once in each process, for whoever tells people there."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from arena.apps.auctions.model.events import Event
from arena.apps.auctions.store.live import SLOTS, LiveStore, event_of
from backbeat import BackbeatError

log: Final = logging.getLogger(__name__)

Listener = Callable[[Event], Awaitable[None]]


class News:
    """Follows the outboxes of all auctions. Listeners hear each event in the order of its auction.

    Where events may have been missed nobody is told: who has numbers sees the gap in `seq`, and
    pages look again by themselves.
    """

    def __init__(self, live: LiveStore) -> None:
        """Follow nothing yet."""
        self._live = live
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Be told of every event; one after the other, so come back soon."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def coming(self) -> AsyncIterator[None]:
        """Tell for as long as the block runs, from now on."""
        async with self._live.follow() as follower:
            for slot in SLOTS:
                await follower.add(slot)
            task = asyncio.create_task(self._tell(follower), name="news of auctions")
            try:
                yield
            finally:
                task.cancel()
                await asyncio.wait([task])

    async def _tell(self, entries: Any) -> None:
        while True:
            try:
                async for entry in entries:
                    event = event_of(entry)
                    for listener in self._listeners:
                        await listener(event)
            except BackbeatError as error:
                log.warning("news of auctions may be missed: %s", error)
