"""Counts the handlers that ignore their end: of too many of them a process is worn."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from backbeat.worker.lanes.lane import Lane
from backbeat.worker.pools.threads import ThreadPool

# Timers may come a little early.
_COUNT_LATE_SECONDS: Final = 0.01


class ZombieCount:
    """Counts the handlers of one worker that had their time to end and did not."""

    def __init__(
        self,
        threads: ThreadPool,
        lanes: Sequence[Lane],
        *,
        most: int,
        grace: float,
        matters: Callable[[], bool],
        on_worn: Callable[[str], None],
    ) -> None:
        """Count nobody yet.

        Args:
            threads: Where blocking handlers run.
            lanes: All lanes of the worker; read at each count.
            most: How many make the process worn.
            grace: Seconds that a handler has to end after it was told to.
            matters: Whether it does; not to a worker that ends.
            on_worn: Called once, with the reason, when the process should be replaced.
        """
        self._threads = threads
        self._lanes = lanes
        self._most = most
        self._grace = grace
        self._matters = matters
        self._on_worn = on_worn
        self._worn = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def pending(self) -> bool:
        """Whether some of them still have time to end, and are counted again."""
        return self._timer is not None

    def count(self) -> None:
        """Count those that had their time to end and did not; the others later."""
        if self._worn or not self._matters():
            return
        now = asyncio.get_running_loop().time()
        runs = [run for lane in self._lanes for run in lane.runs.zombies]
        ignored = self._threads.overstayed(now - self._grace)
        ignored += sum(run.deadline <= now for run in runs)
        if ignored >= self._most:
            self._worn = True
            self._on_worn(f"{ignored} handlers have ignored their end")
        elif self._timer is None and ignored < self._threads.zombies + len(runs):
            later = self._grace + _COUNT_LATE_SECONDS
            self._timer = asyncio.get_running_loop().call_later(later, self._count_again)

    def close(self) -> None:
        """Count no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _count_again(self) -> None:
        self._timer = None
        self.count()
