"""Waiting for an answer of a server that may cease to be the one to ask while we wait."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any, Final

from backbeat.engine.transport.lookout import Lookout
from backbeat.engine.transport.target import SyncConnection

# Between two looks at least, also when many connections look.
_PAUSE_S: Final = 0.05


async def answer(reading: Awaitable[Any], lookout: Lookout, seconds: float) -> Any:
    """Await an answer for so many seconds, as long as the server is the one to ask.

    Raises:
        TimeoutError: The time is over.
        ConnectionError: Another server has taken its place.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    task = asyncio.ensure_future(reading)
    try:
        while True:
            left = deadline - loop.time()
            await asyncio.wait([task], timeout=_slice(lookout, left))
            if task.done():
                return task.result()
            if left <= 0:
                raise TimeoutError
            if await asyncio.to_thread(lookout.moved) and not task.done():
                raise _replaced()
    finally:
        task.cancel()


def answer_sync(connection: SyncConnection, lookout: Lookout, seconds: float) -> Any:
    """`answer` for code without an event loop."""
    deadline = time.monotonic() + seconds
    while True:
        left = deadline - time.monotonic()
        if connection.can_read(_slice(lookout, left)):
            break
        if left <= 0:
            raise TimeoutError(f"no answer for {seconds:g} s")
        if lookout.moved():
            raise _replaced()
    left = max(0.001, deadline - time.monotonic())
    return connection.read_response(disable_decoding=True, timeout=left, disconnect_on_error=False)


def _slice(lookout: Lookout, left: float) -> float:
    return max(0.0, min(left, max(_PAUSE_S, lookout.due())))


def _replaced() -> ConnectionError:
    return ConnectionError("it is no longer the primary")
