"""Waiting for an answer of a server that may cease to be the one to ask while we wait."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any

from backbeat.engine.transport.lookout import HEAR_S, Lookout
from backbeat.engine.transport.target import SyncConnection


async def answer(reading: Awaitable[Any], lookout: Lookout, seconds: float, every: float) -> Any:
    """Await an answer, as long as the server is the one to ask.

    Args:
        reading: What brings the answer.
        lookout: Notices when another server has taken its place.
        seconds: How long to wait at most.
        every: Seconds between two looks.

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
            await asyncio.wait([task], timeout=max(0.0, min(left, HEAR_S)))
            if task.done():
                return task.result()
            if left <= 0:
                raise TimeoutError
            if not lookout.fresh(every):
                await asyncio.to_thread(lookout.look, every)
            if lookout.moved() and not task.done():
                raise _replaced()
    finally:
        task.cancel()


def answer_sync(connection: SyncConnection, lookout: Lookout, seconds: float, every: float) -> Any:
    """`answer` for code without an event loop."""
    deadline = time.monotonic() + seconds
    while True:
        left = deadline - time.monotonic()
        if connection.can_read(max(0.0, min(left, HEAR_S))):
            break
        if left <= 0:
            raise TimeoutError(f"no answer for {seconds:g} s")
        lookout.look(every)
        if lookout.moved():
            raise _replaced()
    left = max(0.001, deadline - time.monotonic())
    return connection.read_response(disable_decoding=True, timeout=left, disconnect_on_error=False)


def _replaced() -> ConnectionError:
    return ConnectionError("it is no longer the primary")
