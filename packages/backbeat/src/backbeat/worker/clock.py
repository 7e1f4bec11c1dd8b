"""The server's time between its answers, so that all workers write times of one clock."""

import time
from collections.abc import Callable


class ServerClock:
    """Tells the server's time: what it said last, and what has passed since then here."""

    def __init__(self, clock: Callable[[], int] | None) -> None:
        """Start with the time of this machine.

        Args:
            clock: Milliseconds since 1970, for tests. Defaults to None: the server's time.
        """
        self._clock = clock
        self._ahead_ms = time.time() * 1000 - time.monotonic() * 1000

    def seen(self, now_ms: int) -> None:
        """The server has just said that it is `now_ms`."""
        self._ahead_ms = now_ms - time.monotonic() * 1000

    def now_ms(self) -> int:
        """The time, in ms since 1970."""
        if self._clock is not None:
            return self._clock()
        return int(time.monotonic() * 1000 + self._ahead_ms)
