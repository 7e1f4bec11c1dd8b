"""How a worker process is: what it takes of memory, and how long its loop stood still."""

import os

import msgspec

from backbeat.worker.rss import rss_bytes
from backbeat.worker.watchdog import Watchdog


class Vitals:
    """Reads how this process is."""

    def __init__(self, watchdog: Watchdog) -> None:
        """Nothing was read yet."""
        self._watchdog = watchdog
        self._at_start: int | None = None

    def read(self) -> bytes:
        """JSON: bytes in RAM now and at the first reading, seconds of the longest block."""
        rss = rss_bytes(os.getpid())
        self._at_start = self._at_start or rss
        blocked = self._watchdog.longest_block()
        return msgspec.json.encode(
            {"rss": rss, "rss_at_start": self._at_start, "blocked": round(blocked, 3)}
        )
