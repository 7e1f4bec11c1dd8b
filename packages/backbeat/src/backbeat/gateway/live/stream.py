"""The same events as server-sent events: one queue or one job each."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from backbeat.gateway.live.hub import Hub
from backbeat.gateway.live.listener import Listener
from backbeat.gateway.live.message import Message

_RETRY_MS: Final = 1_000


async def stream(hub: Hub, listener: Listener) -> AsyncIterator[str]:
    """What a listener of a hub gets, as text/event-stream; lets it go at the end."""
    try:
        yield f"retry: {_RETRY_MS}\n\n"
        while not listener.ended:
            try:
                async with asyncio.timeout(hub.limits.heartbeat_s):
                    await listener.has_news()
            except TimeoutError:
                yield ": still here\n\n"
                continue
            for message in await listener.take():
                yield _event(message)
    finally:
        hub.exit(listener)


def _event(message: Message) -> str:
    return f"id: {message.sequence}\nevent: {message.name}\ndata: {message.json}\n\n"
