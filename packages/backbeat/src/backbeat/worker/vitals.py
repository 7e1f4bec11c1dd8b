"""How a worker process is: memory, processor, and how long its loop stood still."""

import os
import time
from collections import deque
from typing import Final

import msgspec

from backbeat.app.vitals import Vitals
from backbeat.worker.rss import rss_bytes
from backbeat.worker.watchdog import Watchdog

# A reading replaces the one before, which nobody may have looked at yet.
_REMEMBERED: Final = 4


class VitalsReader:
    """Reads how this process is."""

    def __init__(self, watchdog: Watchdog) -> None:
        """Nothing was read yet."""
        self._watchdog = watchdog
        self._at_start: int | None = None
        self._used, self._at = time.process_time(), time.monotonic()
        self._blocks: deque[float] = deque(maxlen=_REMEMBERED)

    def read(self) -> bytes:
        """JSON of `backbeat.app.Vitals`; the block is that of the last four readings."""
        rss = rss_bytes(os.getpid())
        self._at_start = self._at_start or rss
        self._blocks.append(self._watchdog.longest_block())
        vitals = Vitals(rss, self._at_start, round(max(self._blocks), 3), self._cores())
        return msgspec.json.encode(vitals)

    def _cores(self) -> float:
        """Cores that were used since the last reading, by all threads."""
        used, at = time.process_time(), time.monotonic()
        cores = (used - self._used) / max(at - self._at, 1e-3)
        self._used, self._at = used, at
        return round(cores, 3)
