"""Who is signed in with an API key: kept in this process, named by a random cookie."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

COOKIE: Final = "backbeat_session"
_MOST: Final = 10_000


@dataclass(slots=True)
class Session:
    """One sign-in.

    Attributes:
        key: The API key, which is asked about again and again: one that is revoked ends it.
        began_at: When, on a monotonic clock.
        used_at: When somebody last asked or clicked.
    """

    key: str = field(repr=False)
    began_at: float
    used_at: float


class Sessions:
    """Sign-ins of one process.

    A page belongs to the process that made it, so a browser has to come back to that one anyway: a
    store that processes share would win nothing.
    """

    def __init__(
        self, *, idle: float, longest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Know nobody.

        Args:
            idle: Seconds without use after which one ends.
            longest: Seconds after which one ends in any case.
            clock: Seconds that only rise. Defaults to the monotonic clock.
        """
        self._idle, self._longest, self._clock = idle, longest, clock
        self._known: OrderedDict[str, Session] = OrderedDict()

    def begin(self, key: str) -> str:
        """Sign in; what the cookie holds. Should there be 10,000, the oldest one ends."""
        name, now = secrets.token_urlsafe(32), self._clock()
        self._known[name] = Session(key, now, now)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return name

    def get(self, name: str | None, *, use: bool = False) -> Session | None:
        """A sign-in that has not ended.

        Args:
            name: What the cookie holds.
            use: Whether somebody asks or clicks, so that it goes on. Defaults to False.
        """
        session = self._known.get(name or "")
        if session is None:
            return None
        now = self._clock()
        if now - session.used_at > self._idle or now - session.began_at > self._longest:
            self.end(name)
            return None
        if use:
            session.used_at = now
        return session

    def end(self, name: str | None) -> None:
        """Sign out."""
        self._known.pop(name or "", None)
