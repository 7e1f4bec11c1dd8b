"""When a call that got no answer is tried again, and when that is given up."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final

from backbeat.engine.transport.base import NotAnswered, NotSent, Reply, Unsettled
from backbeat.errors import ServerUnavailable, StorageFull

FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 2.0


class Backoff:
    """Growing pauses drawn evenly from nothing to a doubling bound ("full jitter").

    Without the draw, everything that lost the same server would come back in the same moment.
    """

    def __init__(
        self, *, longest: float = LONGEST_PAUSE_S, rng: Callable[[], float] = random.random
    ) -> None:
        """Start without failures.

        Args:
            longest: Seconds that no pause exceeds. Defaults to 2.
            rng: Gives a number in [0, 1).
        """
        self._longest = longest
        self._rng = rng
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait after one more failure."""
        bound = min(self._longest, FIRST_PAUSE_S * 2.0**self._failures)
        # Beyond this the bound no longer grows, and the power must not overflow.
        self._failures = min(self._failures + 1, 16)
        return bound * self._rng()

    def reset(self) -> None:
        """It worked: start again with short pauses."""
        self._failures = 0


class Resend:
    """The tries of one call, from the first on.

    Attributes:
        unknown: Whether a try was sent and never answered, so that the call may have run.
    """

    def __init__(
        self,
        patience: float,
        *,
        now: Callable[[], float] = time.monotonic,
        rng: Callable[[], float] = random.random,
    ) -> None:
        """Start the patience of this call.

        Args:
            patience: Seconds from now after which no further try is made.
            now: A monotonic clock in seconds.
            rng: Gives a number in [0, 1).
        """
        self._now = now
        self._patience = patience
        self._until = now() + patience
        self._backoff = Backoff(rng=rng)
        self.unknown = False

    def check(self) -> None:
        """Do not begin what has waited for its turn beyond its patience.

        Raises:
            ServerUnavailable: The patience is over.
        """
        if self._now() > self._until:
            raise ServerUnavailable("not sent in time: other calls went before")

    def pause(self, error: Unsettled) -> float:
        """Seconds to wait before the next try.

        Raises:
            NotAnswered: The patience is over, and a try may have run.
            ServerUnavailable: The patience is over, and no try ran.
        """
        self.unknown = self.unknown or isinstance(error, NotAnswered)
        if self._now() >= self._until:
            raise self.given_up(error)
        # The transport paces its own attempts to connect.
        return 0.0 if isinstance(error, NotSent) else self._backoff.next()

    def given_up(self, error: Exception) -> ServerUnavailable:
        """The error that ends the call for good."""
        text = f"given up after {self._patience:g} s: {error}"
        return NotAnswered(text) if self.unknown else ServerUnavailable(text)


async def answered(send: Callable[[], Awaitable[Reply]], resend: Resend) -> Reply:
    """Send until there is an answer.

    Args:
        send: Sends the call once, always with the same bytes.
        resend: Its patience.

    Raises:
        NotAnswered: Given up, and the call may have run.
        BackbeatError: What the server answered, or ServerUnavailable: given up, and it did not run.
    """
    while True:
        try:
            return await send()
        except StorageFull:
            raise
        except ServerUnavailable as error:
            pause = _next_pause(error, resend)
        await asyncio.sleep(pause)


def answered_sync(
    send: Callable[[], Reply], resend: Resend, *, sleep: Callable[[float], object] = time.sleep
) -> Reply:
    """`answered` for code without an event loop."""
    while True:
        try:
            return send()
        except StorageFull:
            raise
        except ServerUnavailable as error:
            pause = _next_pause(error, resend)
        sleep(pause)


def _next_pause(error: ServerUnavailable, resend: Resend) -> float:
    if isinstance(error, Unsettled):
        return resend.pause(error)
    # A refusal for good says nothing about an earlier try that was never answered.
    raise resend.given_up(error) if resend.unknown else error
