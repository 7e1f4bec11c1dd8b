"""Where a lane waits while it has nothing to do."""

import asyncio
from collections.abc import Callable


class Rest:
    """Where one lane waits. Belongs to the running event loop."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._loop = asyncio.get_running_loop()
        self._resting: asyncio.Future[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None

    def kick(self) -> None:
        """End the wait, if somebody waits: something finished, or a slot became free."""
        resting = self._resting
        if resting is not None and not resting.done():
            resting.set_result(None)

    async def wait(self) -> None:
        """Wait for a kick; one that came before does not count."""
        self._resting = self._loop.create_future()
        try:
            await self._resting
        finally:
            self._resting = None

    def set_alarm(self, seconds: float, ring: Callable[[], None]) -> None:
        """Call this after so many seconds, in place of the alarm that was set before."""
        self.close()
        self._alarm = self._loop.call_later(seconds, ring)

    def close(self) -> None:
        """Ring no more."""
        if self._alarm is not None:
            self._alarm.cancel()
