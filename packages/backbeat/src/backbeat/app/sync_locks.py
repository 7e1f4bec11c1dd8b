"""Locks and semaphores for code without an event loop."""

import logging
import time
from dataclasses import replace
from types import TracebackType
from typing import Self

from typing_extensions import override

from backbeat.app.extending import EXTENDER
from backbeat.app.holding import Hold, Waiting, with_token
from backbeat.app.home import Home
from backbeat.engine.permits.calls import Answer, Mode, Wish
from backbeat.engine.permits.sync_client import SyncPermitClient
from backbeat.engine.session import PATIENCE_S
from backbeat.engine.transport.resend import Resend
from backbeat.errors import BackbeatError, ConfigurationError, LockLost, NotGranted
from backbeat.values import Seconds

logger = logging.getLogger("backbeat.locks")


class SyncLock:
    """`Lock` and `Semaphore` for threads; made by their `sync`. One holder an object.

    A thread cannot be interrupted: look with `check()` before what must not happen without the
    lock, and write with `fence`. `with` raises `LockLost` at its end.

    Attributes:
        name: Its name.
        limit: How many may hold it at once.
    """

    def __init__(self, home: Home, wish: Wish, timeout: Seconds | None) -> None:
        """Ask for nothing yet."""
        self.name = wish.name
        self.limit = wish.slots
        self._home = home
        self._wish = wish
        self._timeout = timeout
        self._hold: Hold | None = None
        self._client: SyncPermitClient | None = None

    @property
    def held(self) -> bool:
        """Whether it is ours as far as this process can know."""
        return self._hold is not None and not self._hold.lost and self._hold.left > 0

    @property
    def fence(self) -> int:
        """See `Semaphore.fence`."""
        return self._ours().fence

    def acquire(self, timeout: Seconds | None = None) -> None:
        """See `Semaphore.acquire`."""
        waiting = Waiting(self.name, self._timeout if timeout is None else timeout)
        client, wish = self._begin()
        resent = False
        try:
            while True:
                answer, again = self._ask(client, wish, "stay")
                resent = resent or again
                if self._hold is not None:
                    return
                pause = waiting.pause(answer.until_ms, answer.now_ms)
                wish = replace(wish, since_ms=waiting.since_ms)
                client.turn(self.name, wish.waiter, pause)
        except BaseException as error:
            _leave(client, wish, resent=resent or not isinstance(error, NotGranted))
            raise

    def try_acquire(self) -> bool:
        """See `Semaphore.try_acquire`."""
        client, wish = self._begin()
        try:
            self._ask(client, wish, "take")
        except BaseException:
            _leave(client, wish, resent=True)
            raise
        return self._hold is not None

    def release(self) -> None:
        """See `Semaphore.release`."""
        hold, client = self._hold, self._client
        if hold is None or client is None:
            raise LockLost(self.name, "it was never held, or released before")
        self._hold = None
        EXTENDER.drop(hold)
        wish = hold.wish
        kept = client.release(self.name, wish.token, wish.waiter, resent=hold.resent)
        if hold.lost or not kept.ours:
            raise LockLost(self.name, hold.lost or "its time was over before it was released")

    def check(self) -> None:
        """See `Semaphore.check`."""
        self._ours()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._hold is not None:
                self.release()
        except LockLost:
            if error is None:
                raise

    @override
    def __repr__(self) -> str:
        state = f"fence {self._hold.fence}" if self._hold is not None else "not held"
        return f"<{type(self).__name__} {self.name!r} {state}>"

    def _ours(self) -> Hold:
        if self._hold is None:
            raise LockLost(self.name, "it was never held, or released before")
        if not self.held:
            raise LockLost(self.name, self._hold.lost or "it was not extended in time")
        return self._hold

    def _begin(self) -> tuple[SyncPermitClient, Wish]:
        if self._hold is not None and not self.held:
            raise ConfigurationError(
                f"{self!r} was lost: release it, which says so, before it is acquired again"
            )
        if self._hold is not None:
            raise ConfigurationError(
                f"{self!r} is held through this object already: make another one for another holder"
            )
        self._client = self._home.connections.open_sync().permits
        return self._client, with_token(self._wish)

    def _ask(self, client: SyncPermitClient, wish: Wish, mode: Mode) -> tuple[Answer, bool]:
        resend, sent_at = Resend(PATIENCE_S), time.monotonic()
        answer = client.hold(wish, mode, resend=resend)
        if answer.word == "held":
            if resend.unknown:
                sent_at = time.monotonic() - wish.ttl_ms / 1000
                sent_at += (answer.until_ms - answer.now_ms) / 1000
            self._hold = Hold(wish, answer.fence, sent_at, resent=resend.unknown)
            EXTENDER.keep(client, self._hold)
        return answer, resend.unknown


def _leave(client: SyncPermitClient, wish: Wish, *, resent: bool) -> None:
    try:
        client.release(wish.name, wish.token, wish.waiter, resent=resent)
    except BackbeatError as error:
        logger.info("%s was not left, it runs out by itself: %s", wish.name, error)
