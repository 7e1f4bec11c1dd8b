"""What async and sync holds share: the wish, how long to wait, when a hold counts as lost."""

import os
import platform
import time
from dataclasses import replace
from typing import Final

import msgspec

from backbeat.app.times import whole_ms
from backbeat.engine.ids import JobIds
from backbeat.engine.permits.calls import Wish
from backbeat.engine.permits.keys import check_permit
from backbeat.errors import InvalidOption, NotGranted
from backbeat.values import Seconds, seconds

TTL: Final = 30.0
_SHORTEST_TTL_MS: Final = 100
_LONGEST_TTL_MS: Final = 86_400_000


def make_wish(name: str, ttl: Seconds, slots: int) -> Wish:
    """A wish for one slot, without a token.

    Raises:
        InvalidOption: The name is empty or too long, the time too short or too long, or there is
            no slot.
    """
    ttl_ms = whole_ms(ttl)
    if not _SHORTEST_TTL_MS <= ttl_ms <= _LONGEST_TTL_MS:
        raise InvalidOption(f"ttl must be from 0.1 s to one day, not {ttl!r}")
    if slots < 1:
        raise InvalidOption(f"limit must be at least 1, and is {slots}")
    return Wish(check_permit(name), "", "", ttl_ms, slots)


def with_token(wish: Wish) -> Wish:
    """The same wish under a token of its own."""
    token = new_token()
    return replace(wish, token=token, waiter=token, who=_who())


def new_token() -> str:
    """A name for one hold, or for one who waits; never given twice."""
    return _tokens.new()


class Waiting:
    """One who waits, by the server's clock as the answers tell it: in a test that is what moves.

    Attributes:
        since_ms: Since when; 0 before the first answer.
    """

    def __init__(self, name: str, timeout: Seconds | None) -> None:
        """Begin with the first answer.

        Args:
            name: What is waited for.
            timeout: Seconds or timedelta; None: for ever.
        """
        self.since_ms = 0
        self._name = name
        self._timeout_ms = None if timeout is None else seconds(timeout) * 1000

    def pause(self, again_ms: int, now_ms: int) -> float:
        """Seconds to wait after an answer that there is nothing.

        Args:
            again_ms: When to look again, as it says.
            now_ms: The server's time.

        Raises:
            NotGranted: The time for waiting is over.
        """
        self.since_ms = self.since_ms or now_ms
        wait_ms = max(again_ms - now_ms, 1)
        if self._timeout_ms is None:
            return wait_ms / 1000
        left_ms = self.since_ms + self._timeout_ms - now_ms
        if left_ms <= 0:
            raise NotGranted(self._name, retry_after=wait_ms / 1000)
        return min(wait_ms, left_ms) / 1000


class Hold:
    """One hold, from when it was granted.

    Attributes:
        wish: What was granted, with its token.
        fence: Its fence.
        resent: Whether a call for it was sent more than once.
        lost: Why it is over, if it is; empty while it is ours.
    """

    def __init__(self, wish: Wish, fence: int, sent_at: float, *, resent: bool) -> None:
        """It was granted by a call that was sent at this monotonic time."""
        self.wish = wish
        self.fence = fence
        self.resent = resent
        self.lost = ""
        self._ends = 0.0
        self.extended(sent_at)

    def extended(self, sent_at: float) -> None:
        """A call that was sent at this monotonic time has extended it."""
        length = self.wish.ttl_ms / 1000
        self._ends = sent_at + length - min(2.0, length / 4)

    @property
    def interval(self) -> float:
        """Seconds between two calls that extend it."""
        return self.wish.ttl_ms / 3000

    @property
    def left(self) -> float:
        """Seconds that it is surely ours, by this machine's monotonic clock."""
        return self._ends - time.monotonic()


def _who() -> str:
    return msgspec.json.encode({"host": platform.node(), "pid": os.getpid()}).decode()


_tokens: Final = JobIds()
