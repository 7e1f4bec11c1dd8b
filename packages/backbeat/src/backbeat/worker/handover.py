"""Calls into an event loop from other threads, also one that may have closed."""

import asyncio
from collections.abc import Callable
from functools import partial


def soon(loop: asyncio.AbstractEventLoop, call: Callable[..., object], *args: object) -> None:
    """Have the loop make a call; nothing happens when it has closed."""
    try:
        loop.call_soon_threadsafe(call, *args)
    except RuntimeError:
        # Closed: nobody waits for this any more.
        return


def into(loop: asyncio.AbstractEventLoop) -> Callable[[Callable[[], None]], None]:
    """A function that hands calls over to this loop."""
    return partial(soon, loop)
