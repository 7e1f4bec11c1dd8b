"""Locks and semaphores: what may be held by one, or by a few, over all processes."""

import asyncio
import logging
import time
from dataclasses import replace
from types import TracebackType
from typing import Final, Self

from typing_extensions import override

from backbeat.app.holding import TTL, Hold, Waiting, make_wish, with_token
from backbeat.app.home import Home
from backbeat.app.sync_locks import SyncLock
from backbeat.engine.permits.calls import Answer, Mode, Wish
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.session import PATIENCE_S
from backbeat.engine.transport.resend import Resend
from backbeat.errors import BackbeatError, ConfigurationError, LockLost, NotGranted
from backbeat.values import Seconds

logger = logging.getLogger("backbeat.locks")

_FAREWELL_SECONDS: Final = 1.0


class Semaphore:
    """One slot of a semaphore; made by `app.semaphore(name, limit=...)`. One holder an object.

    While it is held, it is extended in the background. Should that fail for as long as the server
    keeps it, it is lost: `async with` then cancels its body and raises `LockLost`.

    A process that stands still for longer than `ttl` cannot know that it has lost its slot before
    it runs again. What must never be written by such a one is written with `fence`.

    Attributes:
        name: Its name.
        limit: How many may hold it at once.
        sync: The same for code without an event loop.
    """

    def __init__(
        self,
        home: Home,
        name: str,
        *,
        limit: int,
        ttl: Seconds = TTL,
        timeout: Seconds | None = None,
    ) -> None:
        """Ask for nothing yet; see `Backbeat.semaphore`."""
        self.name = name
        self.limit = limit
        self._home = home
        self._wish = make_wish(name, ttl, limit)
        self._timeout = timeout
        self._hold: Hold | None = None
        self._client: PermitClient | None = None
        self._renewal: asyncio.Task[None] | None = None
        self._body: asyncio.Task[object] | None = None
        self._interrupted = False

    @property
    def sync(self) -> SyncLock:
        """The same, not held, for code without an event loop."""
        return SyncLock(self._home, self._wish, self._timeout)

    @property
    def held(self) -> bool:
        """Whether it is ours as far as this process can know."""
        return self._hold is not None and not self._hold.lost and self._hold.left > 0

    @property
    def fence(self) -> int:
        """A number that is higher than that of every holder before: write it beside the data.

        Whoever takes such writes refuses one whose fence is lower than the one already there.

        Raises:
            LockLost: It is not held.
        """
        return self._ours().fence

    async def acquire(self, timeout: Seconds | None = None) -> None:  # noqa: ASYNC109 - the field's word
        """Wait for a slot: woken when one comes free, in the order of coming.

        Args:
            timeout: Longest wait. Defaults to that of this object, else ever.

        Raises:
            NotGranted: None came free in time.
            ServerUnavailable: The server cannot be reached, or refuses.
        """
        waiting = Waiting(self.name, self._timeout if timeout is None else timeout)
        client, wish = await self._begin()
        resent = False
        try:
            while True:
                answer, again = await self._ask(client, wish, "stay")
                resent = resent or again
                if self._hold is not None:
                    return
                pause = waiting.pause(answer.until_ms, answer.now_ms)
                wish = replace(wish, since_ms=waiting.since_ms)
                await client.turn(self.name, wish.waiter, pause)
        except BaseException as error:
            await self._forsake(client, wish, resent=resent or not isinstance(error, NotGranted))
            raise

    async def try_acquire(self) -> bool:
        """Take a slot if one is free now; says whether it did.

        Raises:
            ServerUnavailable: The server cannot be reached, or refuses.
        """
        client, wish = await self._begin()
        try:
            await self._ask(client, wish, "take")
        except BaseException:
            await self._forsake(client, wish, resent=True)
            raise
        return self._hold is not None

    async def release(self) -> None:
        """Give the slot back; the next in line is woken.

        Raises:
            LockLost: It was not ours any more: another may have had it since.
        """
        hold, client = self._hold, self._client
        if hold is None or client is None:
            raise LockLost(self.name, "it was never held, or released before")
        self._hold = None
        await self._stop_renewal()
        wish = hold.wish
        kept = await client.release(self.name, wish.token, wish.waiter, resent=hold.resent)
        if hold.lost or not kept.ours:
            raise LockLost(self.name, hold.lost or "its time was over before it was released")

    def check(self) -> None:
        """Do nothing while it is held.

        Raises:
            LockLost: It is not held.
        """
        self._ours()

    async def __aenter__(self) -> Self:
        await self.acquire()
        self._body = asyncio.current_task()
        self._interrupted = False
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        body, self._body = self._body, None
        if self._interrupted and body is not None:
            body.uncancel()
        try:
            if self._hold is not None:
                await self.release()
        except LockLost as lost:
            # An error of the body says more, unless it is the cancel that the loss itself caused.
            if error is None or (self._interrupted and isinstance(error, asyncio.CancelledError)):
                raise lost from None

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

    async def _begin(self) -> tuple[PermitClient, Wish]:
        if self._hold is not None and not self.held:
            raise ConfigurationError(
                f"{self!r} was lost: release it, which says so, before it is acquired again"
            )
        if self._hold is not None:
            raise ConfigurationError(
                f"{self!r} is held through this object already: make another one for another holder"
            )
        connection = await self._home.connections.open()
        self._client = connection.permits
        return connection.permits, with_token(self._wish)

    async def _ask(self, client: PermitClient, wish: Wish, mode: Mode) -> tuple[Answer, bool]:
        resend, sent_at = Resend(PATIENCE_S), time.monotonic()
        answer = await client.hold(wish, mode, resend=resend)
        if answer.word == "held":
            if resend.unknown:
                # Which of the calls was the one is unknown; the end that the server says is not.
                sent_at = time.monotonic() - wish.ttl_ms / 1000
                sent_at += (answer.until_ms - answer.now_ms) / 1000
            self._hold = Hold(wish, answer.fence, sent_at, resent=resend.unknown)
            self._renewal = asyncio.create_task(
                self._extend(client, self._hold), name=f"backbeat: extends {self.name}"
            )
        return answer, resend.unknown

    async def _extend(self, client: PermitClient, hold: Hold) -> None:
        while hold.left > 0:
            await asyncio.sleep(min(hold.interval, hold.left))
            sent_at = time.monotonic()
            try:
                kept = await client.extend(
                    self.name, hold.wish.token, hold.wish.ttl_ms, resend=Resend(hold.left)
                )
            except BackbeatError as error:
                logger.warning("%s was not extended: %s", self.name, error)
                continue
            if not kept.ours:
                self._lose(hold, "its time was over, or it was taken away")
                return
            hold.extended(sent_at)
        self._lose(hold, "it was not extended in time")

    def _lose(self, hold: Hold, why: str) -> None:
        hold.lost = why
        logger.error("%s is lost: %s", self.name, why)
        if self._body is not None and self._hold is hold:
            self._interrupted = True
            self._body.cancel()

    async def _stop_renewal(self) -> None:
        renewal, self._renewal = self._renewal, None
        if renewal is not None:
            renewal.cancel()
            await asyncio.wait([renewal])

    async def _forsake(self, client: PermitClient, wish: Wish, *, resent: bool) -> None:
        """Leave the line; what was on its way may have been granted, and is given back."""
        self._hold = None
        await self._stop_renewal()
        leaving = asyncio.create_task(
            _leave(client, wish, resent=resent), name=f"backbeat: leaves {self.name}"
        )
        _leaving.add(leaving)
        leaving.add_done_callback(_leaving.discard)
        # It goes on by itself: a caller that is cancelled must not wait for a server that is away.
        await asyncio.wait([leaving], timeout=_FAREWELL_SECONDS)


class Lock(Semaphore):
    """A lock; made by `app.lock(name)`. A semaphore with one slot; see there."""

    def __init__(
        self,
        home: Home,
        name: str,
        *,
        ttl: Seconds = TTL,
        timeout: Seconds | None = None,
    ) -> None:
        """Ask for nothing yet; see `Backbeat.lock`."""
        super().__init__(home, name, limit=1, ttl=ttl, timeout=timeout)


async def _leave(client: PermitClient, wish: Wish, *, resent: bool) -> None:
    try:
        await client.release(wish.name, wish.token, wish.waiter, resent=resent)
    except BackbeatError as error:
        logger.info("%s was not left, it runs out by itself: %s", wish.name, error)


_leaving: Final[set[asyncio.Task[None]]] = set()
