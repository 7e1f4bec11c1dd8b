"""A timer that knows when it is due."""

import asyncio
from collections.abc import Callable


class Timer:
    """Calls back once, unless it is cancelled. Belongs to one event loop.

    uvloop gives a plain handle, without a time, for what is due at once; so the time is kept here.

    Attributes:
        at: When it is due, by the loop's clock; in the past for one that was late when it was set.
    """

    __slots__ = ("_handle", "at")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seconds: float, call: Callable[[], object]
    ) -> None:
        """Set it.

        Args:
            loop: Where it calls back.
            seconds: From now on; less than nothing is at once.
            call: Is called then.
        """
        self.at = loop.time() + seconds
        self._handle = loop.call_later(max(seconds, 0.0), call)

    def cancel(self) -> None:
        """Do not call back; safe to call twice."""
        self._handle.cancel()
