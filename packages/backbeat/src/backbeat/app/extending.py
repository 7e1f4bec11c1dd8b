"""Extends what threads hold: one thread for all of them, started with the first."""

import heapq
import itertools
import logging
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from backbeat.app.holding import Hold
from backbeat.engine.permits.sync_client import SyncPermitClient
from backbeat.engine.transport.resend import Resend
from backbeat.errors import BackbeatError

logger = logging.getLogger("backbeat.locks")

_IDLE_SECONDS: Final = 5.0


@dataclass(order=True)
class _Due:
    at: float
    order: int
    client: SyncPermitClient = field(compare=False)
    hold: Hold = field(compare=False)


class Extender:
    """Extends holds in the background until they are dropped or lost."""

    _thread: threading.Thread | None
    _busy: Hold | None

    def __init__(self) -> None:
        """Start no thread yet."""
        self._start_over()
        # There is one of it, for as long as the process lives.
        os.register_at_fork(after_in_child=self._start_over)

    def keep(self, client: SyncPermitClient, hold: Hold) -> None:
        """Extend this hold from now on."""
        with self._news:
            self._kept.add(hold)
            self._push(client, hold)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name="backbeat-extender", daemon=True
                )
                self._thread.start()
            self._news.notify()

    def drop(self, hold: Hold) -> None:
        """Extend this hold no more; a call that is on its way comes to its end first."""
        with self._news:
            self._kept.discard(hold)
            self._news.wait_for(lambda: self._busy is not hold, timeout=1.0)

    def _work(self) -> None:
        while (due := self._next()) is not None:
            try:
                again = self._extend(due)
            finally:
                with self._news:
                    self._busy = None
                    self._news.notify_all()
            with self._news:
                if again and due.hold in self._kept:
                    self._push(due.client, due.hold)

    def _next(self) -> _Due | None:
        """Wait for what is due; None ends the thread, there has been nothing for a while."""
        with self._news:
            while True:
                while self._line and self._line[0].hold not in self._kept:
                    heapq.heappop(self._line)
                left = self._line[0].at - time.monotonic() if self._line else _IDLE_SECONDS
                if self._line and left <= 0:
                    due = heapq.heappop(self._line)
                    self._busy = due.hold
                    return due
                if not self._news.wait(left) and not self._line:
                    self._thread = None
                    return None

    def _extend(self, due: _Due) -> bool:
        hold = due.hold
        sent_at, left = time.monotonic(), hold.left
        if left <= 0:
            hold.lost = "it was not extended in time"
        else:
            wish = hold.wish
            try:
                kept = due.client.extend(
                    wish.name, wish.token, wish.ttl_ms, resend=Resend(min(left, hold.interval))
                )
            except BackbeatError as error:
                logger.warning("%s was not extended: %s", wish.name, error)
                return True
            if kept.ours:
                hold.extended(sent_at)
                return True
            hold.lost = "its time was over, or it was taken away"
        logger.error("%s is lost: %s", hold.wish.name, hold.lost)
        return False

    def _push(self, client: SyncPermitClient, hold: Hold) -> None:
        at = time.monotonic() + min(hold.interval, max(hold.left, 0))
        heapq.heappush(self._line, _Due(at, next(self._order), client, hold))

    def _start_over(self) -> None:
        self._news = threading.Condition()
        self._thread = None
        self._line: list[_Due] = []
        self._kept: set[Hold] = set()
        self._busy = None
        self._order = itertools.count()


EXTENDER: Final = Extender()
