"""One connection's way back: how long to wait before the next attempt, and what is logged of it."""

import logging
import time
from collections.abc import Callable
from typing import Final

from backbeat.engine.transport.resend import LONGEST_PAUSE_S, Backoff

logger = logging.getLogger("backbeat.transport")

_LINE_EVERY_S: Final = 1.0


class Pacing:
    """Counts the failures of one connection to one target.

    A connection that breaks without having brought an answer counts like one that could not be
    made: a server that accepts and then drops us must not be hammered.
    """

    def __init__(
        self,
        label: str,
        purpose: str,
        *,
        longest_pause: float = LONGEST_PAUSE_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start without failures.

        Args:
            label: The target, for the log.
            purpose: What the connection is for, for the log.
            longest_pause: Seconds that it waits at most before an attempt. Defaults to 2.
            now: A monotonic clock in seconds.
        """
        self._label, self._purpose, self._longest = label, purpose, longest_pause
        self._now = now
        self._backoff = Backoff(longest=longest_pause)
        self._not_before = 0.0
        self._useful = False
        self._down_since: float | None = None
        self._told = False
        self._last_line = float("-inf")

    def anew(self) -> "Pacing":
        """The same without failures, for a child that was forked."""
        return Pacing(self._label, self._purpose, longest_pause=self._longest, now=self._now)

    def wait(self) -> float:
        """Seconds until the next attempt may be made."""
        return max(0.0, self._not_before - self._now())

    def made(self) -> None:
        """The connection stands."""
        now = self._now()
        self._useful = False
        if self._down_since is not None and self._told:
            seconds = now - self._down_since
            logger.info("%s connected again after %.1f s", self._what, seconds)
        self._down_since, self._told = None, False

    def useful(self) -> None:
        """The connection has brought an answer."""
        self._useful = True

    def lost(self, reason: str) -> None:
        """The connection broke or could not be made."""
        now = self._now()
        if self._useful:
            self._backoff.reset()
        else:
            self._not_before = now + self._backoff.next()
        self._useful = False
        self._down_since = now if self._down_since is None else self._down_since
        if now - self._last_line >= _LINE_EVERY_S:
            self._last_line, self._told = now, True
            logger.warning("%s lost: %s", self._what, reason)

    @property
    def _what(self) -> str:
        return f"{self._purpose} to {self._label}"
