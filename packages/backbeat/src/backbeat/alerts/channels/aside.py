"""Blocking calls that nobody has to wait for: one that hangs holds up neither loop nor process."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from backbeat.alerts.channels.channel import DeliveryFailed
from backbeat.worker.handover import soon

T = TypeVar("T")

# So many calls of one channel may hang; each holds a thread, which cannot be ended.
MOST: Final = 4


class Aside:
    """Runs the blocking calls of one channel, each in a thread that ends with the process."""

    def __init__(self, name: str) -> None:
        """Run nothing yet.

        Args:
            name: What the threads are called.
        """
        self._name = name
        self._running: set[threading.Thread] = set()

    async def call(self, work: Callable[[], T], longest: float) -> T:
        """What `work` gives.

        Args:
            work: Blocks.
            longest: Seconds after which nobody waits for it any more.

        Raises:
            TimeoutError: It took longer; the thread is left to itself.
            DeliveryFailed: Four calls hang already.
            Exception: Whatever `work` raises.
        """
        self._running = {thread for thread in self._running if thread.is_alive()}
        if len(self._running) >= MOST:
            raise DeliveryFailed(f"{MOST} attempts before this one still hang")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def run() -> None:
            try:
                value = work()
            except Exception as error:  # noqa: BLE001 - whoever waits gets it
                soon(loop, _settle, future, None, error)
            else:
                soon(loop, _settle, future, value, None)

        thread = threading.Thread(target=run, name=f"backbeat-{self._name}", daemon=True)
        self._running.add(thread)
        thread.start()
        async with asyncio.timeout(longest):
            return await future


def _settle(future: "asyncio.Future[Any]", value: object, error: Exception | None) -> None:
    if future.done():
        return  # it was given up
    if error is None:
        future.set_result(value)
    else:
        future.set_exception(error)
