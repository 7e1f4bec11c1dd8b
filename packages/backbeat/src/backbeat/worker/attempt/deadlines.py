"""One timer for all deadlines of a worker.

The runs of a worker are few (its slots), so finding the next deadline by looking at all of them,
once each time the timer fires, costs less than keeping a heap up to date for every job.
"""

import asyncio
from collections.abc import Callable
from typing import Final

NEVER: Final = float("inf")

# Deadlines closer together than this are handled in one sweep.
_STEP_SECONDS: Final = 0.005


class Deadlines:
    """Calls a sweep when the earliest deadline has come.

    Args:
        sweep: Takes the time of the loop, ends what is over, and gives the next deadline, or
            `NEVER`.
    """

    def __init__(self, sweep: Callable[[float], float]) -> None:
        """Know whom to call; nothing is due yet."""
        self._sweep = sweep
        self._next = NEVER
        self._timer: asyncio.TimerHandle | None = None

    @property
    def next(self) -> float:
        """When the sweep happens, by the clock of the loop; a hot path compares with it."""
        return self._next

    def watch(self, deadline: float) -> None:
        """Make sure that the sweep happens when this deadline has come."""
        if deadline < self._next:
            self._arm(deadline)

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
        self._next = NEVER

    def _arm(self, deadline: float) -> None:
        self.close()
        self._next = deadline
        self._timer = asyncio.get_running_loop().call_at(deadline, self._fire)

    def _fire(self) -> None:
        now = asyncio.get_running_loop().time()
        self._next = NEVER
        following = self._sweep(now)
        if following < self._next:
            self._arm(max(following, now + _STEP_SECONDS))
