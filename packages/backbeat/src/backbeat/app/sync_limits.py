"""Limits for code without an event loop."""

import time
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from typing_extensions import override

from backbeat.app.holding import Waiting, new_token
from backbeat.app.home import Home
from backbeat.app.limit_terms import check_cost
from backbeat.app.times import moment, whole_ms
from backbeat.engine.permits.limit_calls import (
    LimitTerms,
    Taken,
    parse_pause,
    pause_args,
    take_args,
)
from backbeat.engine.session import SyncSession
from backbeat.values import Seconds

if TYPE_CHECKING:
    from backbeat.engine.permits.sync_client import SyncPermitClient


class SyncLimit:
    """`Limit` for threads; made by its `sync`, safe to share between them.

    Attributes:
        name: Its name.
        terms: What it allows.
    """

    def __init__(self, home: Home, terms: LimitTerms) -> None:
        """Ask for nothing yet."""
        self.name = terms.name
        self.terms = terms
        self._home = home
        self._sessions: WeakKeyDictionary[SyncPermitClient, SyncSession] = WeakKeyDictionary()

    def wait(self, cost: int = 1, timeout: Seconds | None = None) -> None:
        """See `Limit.wait`."""
        waiting, token = Waiting(self.name, timeout), new_token()
        try:
            while not (taken := self._take(token, cost, waiting.since_ms, stay=True)).units:
                time.sleep(waiting.pause(taken.again_ms, taken.now_ms))
        except BaseException:
            self._home.connections.open_sync().permits.release(self.name, token, token)
            raise

    def try_take(self, cost: int = 1) -> bool:
        """See `Limit.try_take`."""
        return self._take(new_token(), cost, 0, stay=False).units > 0

    def pause(self, time: Seconds) -> datetime:
        """See `Limit.pause`."""
        return moment(parse_pause(self._opened().run("pause", pause_args(whole_ms(time))))[0])

    def resume(self) -> None:
        """See `Limit.resume`."""
        self._opened().run("pause", pause_args(0))

    @override
    def __repr__(self) -> str:
        return f"<SyncLimit {self.name!r}>"

    def _take(self, token: str, cost: int, since_ms: int, *, stay: bool) -> Taken:
        check_cost(self.terms, cost)
        args = take_args(self.terms, token, want=cost, need=cost, stay=stay, since_ms=since_ms)
        return self._home.connections.open_sync().permits.take(self._opened(), self.name, args)

    def _opened(self) -> SyncSession:
        permits = self._home.connections.open_sync().permits
        session = self._sessions.get(permits)
        if session is None:
            session = self._sessions[permits] = permits.session(self.name)
        return session
