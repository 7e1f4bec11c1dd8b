"""Waiting for an answer of a server that may cease to be the one to ask while we wait.

A primary that was frozen or cut off does not say that another has taken its place. So whoever waits
long looks around now and then, where there is something to look at (see `Target.moved`).
"""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any, Final

from backbeat.engine.transport.target import SyncConnection, Target

LOOK_S: Final = 1.5


async def answer(reading: Awaitable[Any], target: Target, seconds: float) -> Any:
    """Await an answer for so many seconds, as long as the server is where it was.

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
            await asyncio.wait([task], timeout=max(0.0, min(LOOK_S, left)))
            if task.done():
                return task.result()
            if left <= 0:
                raise TimeoutError
            if await target.moved_async() and not task.done():
                raise _replaced(target)
    finally:
        task.cancel()


def answer_sync(connection: SyncConnection, target: Target, seconds: float) -> Any:
    """`answer` for code without an event loop."""
    deadline = time.monotonic() + seconds
    assert target.moved is not None
    while True:
        left = deadline - time.monotonic()
        if connection.can_read(max(0.0, min(LOOK_S, left))):
            break
        if left <= 0:
            raise TimeoutError(f"no answer for {seconds:g} s")
        if target.moved():
            raise _replaced(target)
    left = max(0.001, deadline - time.monotonic())
    return connection.read_response(disable_decoding=True, timeout=left, disconnect_on_error=False)


def _replaced(target: Target) -> ConnectionError:
    return ConnectionError(f"{target.label} is no longer the primary")
