"""How a worker process is: what it takes of memory, and how long its loop stood still."""

import os
from collections import deque
from typing import Final

import msgspec

from backbeat.worker.rss import rss_bytes
from backbeat.worker.watchdog import Watchdog

# A reading replaces the one before, which nobody may have looked at yet.
_REMEMBERED: Final = 4


class Vitals:
    """Reads how this process is."""

    def __init__(self, watchdog: Watchdog) -> None:
        """Nothing was read yet."""
        self._watchdog = watchdog
        self._at_start: int | None = None
        self._blocks: deque[float] = deque(maxlen=_REMEMBERED)

    def read(self) -> bytes:
        """JSON: bytes in RAM now and at the first reading, seconds of the longest block.

        The block is that of the last four readings.
        """
        rss = rss_bytes(os.getpid())
        self._at_start = self._at_start or rss
        self._blocks.append(self._watchdog.longest_block())
        return msgspec.json.encode(
            {"rss": rss, "rss_at_start": self._at_start, "blocked": round(max(self._blocks), 3)}
        )
