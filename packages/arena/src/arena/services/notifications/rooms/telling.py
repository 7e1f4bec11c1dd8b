"""Tells pages what is new: each process reads the same stream, and tells those that it has."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from arena.base.sockets import Sockets
from arena.services.notifications.rooms.following import room_of
from arena.services.notifications.store.news import News, read_news
from backbeat import BackbeatError
from backbeat.app import Follower

EVENT: Final = "notification"

logger = logging.getLogger("arena.notifications")


@asynccontextmanager
async def telling(news: News, sockets: Sockets) -> AsyncIterator[None]:
    """Tell the pages of this process for as long as the block runs, from now on."""
    async with await news.follow() as follower:
        task = asyncio.create_task(_tell(follower, sockets), name="tell pages of notifications")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])


async def _tell(follower: Follower, sockets: Sockets) -> None:
    while True:
        try:
            async for entry in follower:
                user, event = read_news(entry)
                await sockets.tell(room_of(user), EVENT, event)
        except BackbeatError as error:
            # What is missed is in the inbox, and a page counts what it has not read when it comes.
            logger.warning("pages may miss notifications: %s", error)
