"""Hearing that the process shall stop before its server waits for our streams to end."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def told_of_stop(stop: Callable[[], object]) -> Iterator[None]:
    """While this lasts, a signal to stop calls `stop` in the event loop, then its old handler.

    A server such as uvicorn ends its connections before it tells the application of the shutdown;
    a stream that never ends would hold it up. Outside of the main thread nothing is done.

    Args:
        stop: Called in this event loop.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {number: signal.getsignal(number) for number in _SIGNALS}

    def hear(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)
        handler = before[number]
        if callable(handler):
            handler(number, frame)

    ours = {number: handler for number, handler in before.items() if callable(handler)}
    for number in ours:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number, handler in ours.items():
            if signal.getsignal(number) is hear:
                signal.signal(number, handler)
