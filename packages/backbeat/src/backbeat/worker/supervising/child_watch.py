"""Looks after child processes: who outlives its end, whose event loop is dead, who is too big."""

import logging
import time
from collections.abc import Iterator, Sequence
from typing import Final

from backbeat.worker.supervising.offspring import Offspring

logger = logging.getLogger("backbeat.worker.supervisor")

LOOK_SECONDS: Final = 0.5
_MEMORY_SECONDS: Final = 2.0
_DUMP_SECONDS: Final = 0.5
_MIB: Final = 1024 * 1024


class ChildWatch:
    """Looks after the children of one supervisor.

    Attributes:
        looked_at: Monotonic time at which it has looked closely last.
    """

    def __init__(self, *, kill_after: float, max_memory_mb: int | None) -> None:
        """Look at nobody yet.

        Args:
            kill_after: Seconds after which a child with a dead event loop is killed.
            max_memory_mb: MiB in RAM above which a child is too big; None: it never is.
        """
        self._kill_after = kill_after
        self._max_bytes = None if max_memory_mb is None else max_memory_mb * _MIB
        self.looked_at = self._weighed_at = time.monotonic()

    def is_fresh(self, child: Offspring) -> bool:
        """Whether the work of a child goes on; may be asked from any thread."""
        return child.pulse.age < self._kill_after

    def look_after(self, children: Sequence[Offspring]) -> bool:
        """Kill whose time is over; whether this time it has looked closely, twice a second."""
        now = time.monotonic()
        for child in children:
            if child.doomed_at <= now:
                child.kill()
            elif child.stopping_at <= now:
                logger.error("worker process %d did not end in time: it is killed", child.pid)
                child.kill()
        if now - self.looked_at < LOOK_SECONDS:
            return False
        self._look_closely(children, now)
        return True

    def too_big(self, children: Sequence[Offspring]) -> Iterator[Offspring]:
        """Those that have more in RAM than they may, and are not about to end."""
        now = time.monotonic()
        if self._max_bytes is None or now - self._weighed_at < _MEMORY_SECONDS:
            return
        self._weighed_at = now
        for child in children:
            if not child.stopping and (rss := child.rss) > self._max_bytes:
                logger.warning(
                    "worker process %d has %d MiB in RAM: it is replaced", child.pid, rss // _MIB
                )
                yield child

    def _look_closely(self, children: Sequence[Offspring], now: float) -> None:
        # After a pause of this whole machine every pulse looks old: let the children beat first.
        awake = now - self.looked_at < 4 * LOOK_SECONDS
        self.looked_at = now
        for child in children:
            if awake and child.ready and child.pulse.age > self._kill_after:
                _doom(child, now)


def _doom(child: Offspring, now: float) -> None:
    """Have a child show where it hangs, and be killed after that."""
    if child.doomed_at <= now + _DUMP_SECONDS:
        return
    logger.critical(
        "the event loop of worker process %d is dead for %.0f s: its stacks follow, then it is"
        " killed",
        child.pid, child.pulse.age,
    )  # fmt: skip
    child.dump()
    child.doomed_at = now + _DUMP_SECONDS
