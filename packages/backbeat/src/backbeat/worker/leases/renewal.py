"""Renews leases from a thread of its own, so that a busy event loop does not lose its jobs.

It also takes back the jobs of other workers whose lease is over, at the moment it is.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

from backbeat.worker.leases.held import NEVER, Mode
from backbeat.worker.leases.keeper_calls import Connect, KeeperCalls
from backbeat.worker.leases.keeping import Holder, Kept
from backbeat.worker.leases.lease import Registration
from backbeat.worker.leases.rounds import Deliver, Rounds

_JOIN_SECONDS: Final = 0.5


class KeeperThread:
    """Keeps the leases of one process, or of all children of a supervisor. See `Keeper`."""

    def __init__(
        self,
        connect: Connect,
        namespace: str,
        *,
        lease: float,
        deliver: Deliver,
        fresh: Callable[[], bool],
        clock: Callable[[], int] | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            connect: Makes a connection that is the keeper's alone.
            namespace: Prefix of the keys.
            lease: Seconds of the shortest lease that is kept.
            deliver: Runs a call where holders want to be told.
            fresh: Whether the work behind a lease goes on; while not, it is not renewed.
            clock: Milliseconds since 1970, for tests; None leaves the time to the server.
        """
        self._fresh = fresh
        self._calls = KeeperCalls(connect, namespace, lease=lease, clock=clock)
        self._rounds = Rounds(self._calls, deliver=deliver, true_time=clock is None)
        self._news = threading.Condition()
        self._closed = False
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
            self._rounds.hold(registration, holder, fresh or self._fresh)
            self._news.notify()

    def release(self, registration: Registration) -> None:
        """Renew this lease no more."""
        with self._news:
            self._rounds.release(registration)

    def look(self, registration: Registration) -> None:
        """Renew this lease now; see `Keeper.look`."""
        with self._news:
            self._rounds.look(registration)
            self._news.notify()

    def keep(self, registration: Registration, kept: Kept, lost: Callable[[], None]) -> None:
        """Extend this with the lease from now on; see `Keeper.keep`."""
        with self._news:
            self._rounds.keep(registration, kept, lost)

    def drop(self, registration: Registration, kept: Kept) -> None:
        """Extend this no more."""
        with self._news:
            self._rounds.drop(registration, kept)

    def end(self, registration: Registration, mode: Mode) -> None:
        """End the registration of a worker that is gone.

        Its jobs go back to the head, and after them its locks are given back.

        Args:
            registration: Of the worker.
            mode: "crashed" counts against the jobs, "give_back" does not.
        """
        with self._news:
            self._rounds.end(registration, mode)
            self._news.notify()

    def finish(self, seconds: float) -> bool:
        """Wait until all farewells are told; False when that took longer."""
        with self._news:
            return self._news.wait_for(lambda: self._rounds.told, seconds)

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
                self._rounds.turn()
                with self._news:
                    self._news.notify_all()
        finally:
            self._calls.close()

    def _wait_for_work(self) -> bool:
        """Sleep until something is due; False when the keeper is closed."""
        with self._news:
            while not self._closed:
                due = self._rounds.next_due()
                left = due - time.monotonic()
                if left <= 0:
                    break
                self._news.wait(None if due == NEVER else left)
            return not self._closed
