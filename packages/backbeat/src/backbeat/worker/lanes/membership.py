"""A worker's place in one queue: how it gets it, keeps it, and notices that it is gone."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.calls.worker import parse_census
from backbeat.engine.timer import Timer
from backbeat.errors import BackbeatError
from backbeat.worker.lanes.attempts import Attempts
from backbeat.worker.leases.keeping import Cancels, Keeper
from backbeat.worker.leases.lease import Lease, Registration
from backbeat.worker.leases.lease_times import give_up_after

logger = logging.getLogger("backbeat.worker.membership")

_LATE_SECONDS: Final = 0.1
_LEAVE_SECONDS: Final = 0.5


class Membership:
    """A worker's place in one queue. The keeper's `Holder`.

    Attributes:
        lease: The registration and the calls under it.
        count_due: Whether server and worker disagree about what runs here.
    """

    def __init__(
        self,
        queue: str,
        lease: Lease,
        keeper: Keeper,
        attempts: Attempts,
        *,
        held: Callable[[], int | None],
        on_change: Callable[[], None],
    ) -> None:
        """Have no place yet. Belongs to the running event loop.

        Args:
            queue: Name of the queue.
            lease: The calls of this worker.
            keeper: Renews the lease.
            attempts: What runs here.
            held: Jobs that are ours as far as we know; None while a call may be changing that.
            on_change: Called when the place was lost, or a count is due.
        """
        self.lease = lease
        self.count_due = False
        self._queue = queue
        self._keeper = keeper
        self._runs, self._stops = attempts.runs, attempts.stops
        self._held = held
        self._on_change = on_change
        self._loop = asyncio.get_running_loop()
        self._odd_counts = 0
        self._end: Timer | None = None

    async def enter(self) -> Registration:
        """Get a place; waits for a server that is not there."""
        if self.lease.abandoned:
            await self._leave_behind()
        # Of a registration that is over nothing is taken any more.
        self._runs.outcomes = Outcomes()
        registration = await self.lease.register()
        self._keeper.hold(registration, self)
        self._watch()
        return registration

    async def leave(self) -> None:
        """Give the place up, with everything that is still ours."""
        self._keeper.release(self.lease.registration)
        await self.lease.leave()

    def close(self) -> None:
        """Watch the lease no more."""
        if self._end is not None:
            self._end.cancel()

    def renewed(self, sent_at: float, active: int, cancels: Cancels) -> None:
        """The keeper has renewed the lease; see `Holder`."""
        self.lease.renewed_at = sent_at
        self._watch()
        for job_id, (ticket, reason) in cancels.items():
            self._stops.cancel(job_id, ticket, reason)
        self._compare(active)

    def lost(self) -> None:
        """The server no longer knows this worker; see `Holder`."""
        self.lease.abandoned = True
        self._on_change()

    def dropped(self, why: str) -> None:
        """Stop everything that runs by a registration that is over."""
        self._keeper.release(self.lease.registration)
        self._stops.lose(why)
        self._odd_counts = 0
        self.count_due = False

    async def count(self) -> None:
        """Compare with the server job by job; no other call of ours may be in flight."""
        self.count_due, self._odd_counts = False, 0
        theirs = dict(parse_census(await self.lease.call("census", [])))
        told = self._runs.outcomes.ids()
        for job_id, ticket in theirs.items():
            if job_id not in self._runs.running and job_id not in told:
                logger.warning("job %s of %s was claimed and not started", job_id, self._queue)
                self._runs.outcomes.put_back(job_id, ticket, 0)
        for run in list(self._runs.running.values()):
            if theirs.get(run.id) != run.ticket:
                self._stops.lose_one(run.id)

    def _compare(self, active: int) -> None:
        held = self._held()
        if held is None:
            # A busy lane has nearly always a call in flight: that says nothing either way.
            return
        if held == active:
            self._odd_counts = 0
            return
        # Once may be chance: the server may have counted before the last call, or after it.
        self._odd_counts += 1
        self.count_due = self._odd_counts > 1
        if self.count_due:
            self._on_change()

    def _watch(self) -> None:
        self.close()
        length = self.lease.registration.lease_ms / 1000
        left = self.lease.renewed_at + give_up_after(length) - time.monotonic()
        self._end = Timer(self._loop, left, self._over)

    def _over(self) -> None:
        assert self._end is not None
        if self._loop.time() - self._end.at > _LATE_SECONDS:
            # The loop was blocked, the keeper was not: its news are about to be read.
            self._end = Timer(self._loop, _LATE_SECONDS, self._over)
            return
        self.lease.abandoned = True
        self.dropped("the lease could not be renewed in time")
        self._on_change()

    async def _leave_behind(self) -> None:
        """Tell what ended before, and give back at once what the server may still count as ours."""
        try:
            await self.lease.say_last(self._runs.outcomes)
            async with asyncio.timeout(_LEAVE_SECONDS):
                await self.lease.leave()
        except (BackbeatError, TimeoutError) as error:
            logger.info("the old lease of %s is left to run out: %s", self._queue, error)
