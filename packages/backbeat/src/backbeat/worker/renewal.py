"""Renews leases from a thread of its own, so that a busy event loop does not lose its jobs.

It also takes back the jobs of other workers whose lease is over, at the moment it is.
"""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal

from backbeat.engine.calls.worker import (
    leave_args,
    parse_leave,
    parse_reclaim,
    parse_renew,
    renew_args,
)
from backbeat.engine.keys import QueueKeys
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.transport.base import Reply, SyncTransport
from backbeat.errors import BackbeatError, LeaseLost
from backbeat.lua import Arg
from backbeat.worker.keeping import Holder
from backbeat.worker.lease import Registration
from backbeat.worker.throttle import Throttle

logger = logging.getLogger("backbeat.worker.renewal")

Deliver = Callable[[Callable[[], None]], None]
Mode = Literal["give_back", "crashed"]

_NEVER: Final = float("inf")
_RETRY_SECONDS: Final = 0.5
# All keepers of a queue learn of the same lease: one of them shall be first.
_RECLAIM_JITTER_SECONDS: Final = 0.1
_JOIN_SECONDS: Final = 0.5


@dataclass(slots=True)
class _Held:
    registration: Registration
    holder: Holder
    fresh: Callable[[], bool]
    renew_at: float
    reclaim_at: float = _NEVER
    server_ahead_ms: float = 0.0
    stale: bool = field(default=False)


class KeeperThread:
    """Keeps the leases of one process, or of all children of a supervisor. See `Keeper`."""

    def __init__(
        self,
        connect: Callable[[], SyncTransport],
        namespace: str,
        *,
        deliver: Deliver,
        fresh: Callable[[], bool],
        clock: Callable[[], int] | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            connect: Makes a connection that is the keeper's alone.
            namespace: Prefix of the keys.
            deliver: Runs a call where holders want to be told.
            fresh: Whether the work behind a lease goes on; while not, it is not renewed.
            clock: Milliseconds since 1970, for tests; None leaves the time to the server.
        """
        self._connect = connect
        self._namespace = namespace
        self._deliver = deliver
        self._fresh = fresh
        self._clock = clock
        self._transport: SyncTransport | None = None
        self._scripts: dict[str, QueueScripts] = {}
        self._held: dict[Registration, _Held] = {}
        self._farewells: deque[tuple[Registration, Mode]] = deque()
        self._news = threading.Condition()
        self._closed = False
        self._may_log = Throttle()
        self._thread = threading.Thread(target=self._work, name="backbeat-keeper", daemon=True)

    def start(self) -> None:
        """Begin to keep."""
        self._thread.start()

    def hold(
        self, registration: Registration, holder: Holder, fresh: Callable[[], bool] | None = None
    ) -> None:
        """Renew this lease from now on.

        Args:
            registration: What to renew.
            holder: Who is told.
            fresh: Whether the work behind this lease goes on. Defaults to the keeper's own.
        """
        with self._news:
            held = _Held(registration, holder, fresh or self._fresh, time.monotonic())
            self._held[registration] = held
            self._news.notify()

    def release(self, registration: Registration) -> None:
        """Renew this lease no more."""
        with self._news:
            self._held.pop(registration, None)

    def end(self, registration: Registration, mode: Mode) -> None:
        """End the registration of a worker that is gone; its jobs go back to the head.

        Args:
            registration: Of the worker.
            mode: "crashed" counts against the jobs, "give_back" does not.
        """
        with self._news:
            self._held.pop(registration, None)
            self._farewells.append((registration, mode))
            self._news.notify()

    def finish(self, seconds: float) -> bool:
        """Wait until all farewells are told; False when that took longer."""
        deadline = time.monotonic() + seconds
        with self._news:
            return self._news.wait_for(lambda: not self._farewells, deadline - time.monotonic())

    def close(self) -> None:
        """Stop keeping."""
        with self._news:
            self._closed = True
            self._news.notify()
        if self._thread.is_alive():
            self._thread.join(_JOIN_SECONDS)

    def _work(self) -> None:
        try:
            while self._wait_for_work():
                self._say_farewells()
                for held in list(self._held.values()):
                    self._attend_safely(held)
        finally:
            if self._transport is not None:
                self._transport.close()

    def _wait_for_work(self) -> bool:
        """Sleep until something is due; False when the keeper is closed."""
        with self._news:
            while not self._closed:
                left = self._next_due() - time.monotonic()
                if left <= 0:
                    break
                self._news.wait(None if left == _NEVER else left)
            return not self._closed

    def _next_due(self) -> float:
        if self._farewells:
            return 0
        return min((min(h.renew_at, h.reclaim_at) for h in self._held.values()), default=_NEVER)

    def _say_farewells(self) -> None:
        while self._farewells and not self._closed:
            registration, mode = self._farewells[0]
            if not self._say_farewell(registration, mode):
                self._pause()
                continue
            with self._news:
                self._farewells.popleft()
                self._news.notify_all()

    def _say_farewell(self, registration: Registration, mode: Mode) -> bool:
        try:
            more = True
            while more:
                more = parse_leave(self._call(registration, "leave", leave_args(mode))).more
        except LeaseLost:
            return True
        except BackbeatError as error:
            self._warn("the jobs of a worker of %s wait: %s", registration.queue, error)
            return False
        return True

    def _attend_safely(self, held: _Held) -> None:
        try:
            self._attend(held)
        except Exception:
            # A keeper that dies of a bug would take down every worker it keeps.
            logger.exception("keeping a lease of %s failed", held.registration.queue)
            held.renew_at = time.monotonic() + _RETRY_SECONDS

    def _attend(self, held: _Held) -> None:
        if held.renew_at <= time.monotonic():
            self._renew(held)
        if held.reclaim_at <= time.monotonic():
            self._reclaim(held)

    def _renew(self, held: _Held) -> None:
        registration, sent_at = held.registration, time.monotonic()
        held.renew_at = sent_at + _RETRY_SECONDS
        if not self._goes_on(held):
            return
        args = renew_args(registration.lease_ms)
        try:
            renewal = parse_renew(self._call(registration, "renew", args))
        except LeaseLost:
            held.renew_at = _NEVER
            self._deliver(partial(self._tell, held, held.holder.lost))
        except BackbeatError as error:
            self._warn("a lease of %s was not renewed: %s", registration.queue, error)
        else:
            third = registration.lease_ms / 3000
            held.renew_at = sent_at + third * random.uniform(0.9, 1.0)  # noqa: S311 - spreads load
            held.server_ahead_ms = renewal.now_ms - sent_at * 1000
            held.reclaim_at = _moment(renewal.next_lease_ms, held.server_ahead_ms)
            news = partial(held.holder.renewed, sent_at, renewal.active, renewal.cancels)
            self._deliver(partial(self._tell, held, news))

    def _tell(self, held: _Held, news: Callable[[], None]) -> None:
        # It may have been released while the news were on their way: its holder has another lease
        # by now, of which they are not true.
        if self._held.get(held.registration) is held:
            news()

    def _goes_on(self, held: _Held) -> bool:
        fresh = held.fresh()
        if not fresh and not held.stale:
            logger.critical(
                "the event loop behind a lease of %s is dead: it is not renewed any more",
                held.registration.queue,
            )
        held.stale = not fresh
        return fresh

    def _reclaim(self, held: _Held) -> None:
        held.reclaim_at = _NEVER
        queue, more = held.registration.queue, True
        try:
            while more and not self._closed:
                found = parse_reclaim(self._command(queue, "reclaim", []))
                more = found.more
                # Most leases have been renewed by the time we look: then we look again.
                held.reclaim_at = _moment(found.next_lease_ms, held.server_ahead_ms)
                if found.moved or found.failed:
                    logger.warning(
                        "a worker of %s vanished: %d jobs go back, %d failed",
                        queue, found.moved, found.failed,
                    )  # fmt: skip
        except BackbeatError as error:
            self._warn("the vanished workers of %s wait: %s", queue, error)
            held.reclaim_at = time.monotonic() + _RETRY_SECONDS

    def _call(self, registration: Registration, name: str, args: Sequence[Arg]) -> Reply:
        stamp: list[Arg] = [registration.wn, registration.sid]
        return self._command(registration.queue, name, [*stamp, *args])

    def _command(self, queue: str, name: str, args: Sequence[Arg]) -> Reply:
        if self._transport is None:
            self._transport = self._connect()
        scripts = self._scripts.get(queue)
        if scripts is None:
            scripts = self._scripts[queue] = QueueScripts(QueueKeys(self._namespace, queue))
        now_ms = 0 if self._clock is None else self._clock()
        command = scripts.command(name, [now_ms, *args])
        return self._transport.script(scripts.script(name), command)

    def _warn(self, text: str, queue: str, error: Exception) -> None:
        if self._may_log():
            logger.warning(text, queue, error)

    def _pause(self) -> None:
        with self._news:
            self._news.wait_for(lambda: self._closed, _RETRY_SECONDS)


def _moment(deadline_ms: int, server_ahead_ms: float) -> float:
    """When a lease is over, by our monotonic clock; a little later."""
    if not deadline_ms:
        return _NEVER
    jitter = random.uniform(0.01, _RECLAIM_JITTER_SECONDS)  # noqa: S311 - spreads load
    return (deadline_ms - server_ahead_ms) / 1000 + jitter
