"""Lets a repeated log line through now and then."""

import time


class Throttle:
    """Says yes once, and again when some time has passed."""

    def __init__(self, every: float = 10.0) -> None:
        """Say yes at most once in `every` seconds."""
        self._every = every
        self._closed_until = 0.0

    def __call__(self) -> bool:
        """Whether it may be said now."""
        now = time.monotonic()
        if now < self._closed_until:
            return False
        self._closed_until = now + self._every
        return True
