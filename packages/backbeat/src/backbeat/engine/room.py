"""A bound on what waits in memory: who does not fit waits for room, in the order of coming."""

import asyncio
from collections import deque


class Room:
    """Places that are taken and given back in one event loop.

    Attributes:
        used: Places taken now.
    """

    def __init__(self, limit: int) -> None:
        """Start empty.

        Args:
            limit: Places there are.
        """
        self.used = 0
        self._limit = limit
        self._queue: deque[tuple[asyncio.Future[None], int]] = deque()

    def try_take(self, places: int = 1) -> bool:
        """Take places at once, if that is possible without overtaking anyone."""
        if self._queue or not self._fits(places):
            return False
        self.used += places
        return True

    async def take(self, places: int = 1) -> None:
        """Take places, waiting for them if needed."""
        if self.try_take(places):
            return
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((granted, places))
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self.give(places)
            raise

    def give(self, places: int = 1) -> None:
        """Give places back, and let in who waits for them."""
        self.used -= places
        while self._queue:
            granted, wanted = self._queue[0]
            if granted.cancelled():
                self._queue.popleft()
            elif self._fits(wanted):
                self._queue.popleft()
                self.used += wanted
                granted.set_result(None)
            else:
                return

    def _fits(self, places: int) -> bool:
        # Something larger than the room must get in some time: when nobody else is there.
        return self.used + places <= self._limit or self.used == 0
