"""One queue in one worker: it takes jobs when it may, and rests when it need not.

A call is sent as soon as none is in flight and something finished or a slot is free; it never waits
to fill up.
"""

import asyncio
import logging
import random
from collections.abc import Sequence
from typing import Final

from backbeat.engine.calls.tick import MOST, Claim
from backbeat.engine.calls.worker import cancel_reason
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.permits.limit_calls import LimitTerms
from backbeat.engine.scripts import QueueScripts
from backbeat.errors import LeaseLost
from backbeat.worker.attempt.run import Run
from backbeat.worker.attempt.verdict import Verdict
from backbeat.worker.clock import ServerClock
from backbeat.worker.lanes.attempts import Attempts
from backbeat.worker.lanes.lane_limits import LaneLimits
from backbeat.worker.lanes.lane_terms import LaneTerms
from backbeat.worker.lanes.membership import Membership
from backbeat.worker.lanes.postman import Postman
from backbeat.worker.lanes.rest import Rest
from backbeat.worker.lanes.scheduler import Scheduler
from backbeat.worker.lanes.slots import Share, Slots
from backbeat.worker.lanes.turns import Turns
from backbeat.worker.lanes.waiter import Waiter
from backbeat.worker.leases.keeping import Keeper
from backbeat.worker.leases.lease import Lease, Registration
from backbeat.worker.leases.lease_keeper import LeaseKeeper

logger = logging.getLogger("backbeat.worker.lane")

# Below this, half a batch costs more in calls than it gains.
_TOO_FEW_TO_HALVE: Final = 16


class Lane:
    """One queue in one worker.

    Attributes:
        queue: Name of the queue.
        scripts: Its scripts.
        attempts: Runs its jobs.
        runs: What runs of them.
        registered: Set when the server has known this worker for the first time.
    """

    def __init__(
        self,
        scripts: QueueScripts,
        lease: Lease,
        keeper: Keeper,
        clock: ServerClock,
        slots: Slots,
        attempts: Attempts,
        rest: Rest,
        keeps: LeaseKeeper,
        waiter: Waiter,
        scheduler: Scheduler,
        postman: Postman,
        permits: PermitClient,
        *,
        name: str,
        limits: Sequence[LimitTerms],
        terms: LaneTerms,
    ) -> None:
        """Take nothing yet. Belongs to the running event loop.

        Args:
            scripts: Scripts of the queue.
            lease: The registration of this worker in this queue.
            keeper: Renews it.
            clock: The server's time.
            slots: The slots of the worker.
            attempts: Runs its jobs.
            rest: Where it waits while it has nothing to do.
            keeps: Extends what is held under the lease.
            waiter: Waits for work and for mail.
            scheduler: Fires schedules that are due.
            postman: Brings what this queue has to tell others.
            permits: Where limits are asked.
            name: Name of the worker.
            limits: Limits that the queue shares with others.
            terms: How the lane stands to the others of the worker.
        """
        self.queue = scripts.keys.queue
        self.scripts = scripts
        self.attempts = attempts
        self.runs = attempts.runs
        self.registered = asyncio.Event()
        self._slots = slots
        self._rest = rest
        self._keeps = keeps
        self._scheduler = scheduler
        self._postman = postman
        self._look = terms.look
        self._declared = terms.group.limit
        self._share = slots.join(Share(self.runs.running, rest.kick, group=terms.group))
        self._limits = LaneLimits(
            limits, scripts, permits, keeps, self._share,
            ttl_ms=lease.lease_ms, worker=name, on_lost=self._forfeit,
        )  # fmt: skip
        self._turns = Turns(
            lease, attempts, self._share, self._limits, clock, scheduler, postman,
            on_short=self._look_later,
        )  # fmt: skip
        self._membership = Membership(
            self.queue, lease, keeper, attempts, held=self._turns.held, on_change=rest.kick
        )
        self._seat = waiter.seat(scripts.keys, self)
        self._drained = asyncio.Event()
        self._quiet = False
        self._paused = False

    @property
    def listening(self) -> bool:
        """Whether a wake token is news: we may take jobs, and know of none that wait.

        Also when no slot is free: hungry, this queue gets its share of those that its neighbours
        use, and the token is passed on to other workers meanwhile.
        """
        return not (self._idle_by_order or self._share.hungry)

    @property
    def registration(self) -> Registration:
        """What the server knows this worker by."""
        return self._membership.lease.registration

    @property
    def worker_number(self) -> int:
        """Number of the worker in this queue."""
        return self.registration.wn

    @property
    def empty(self) -> bool:
        """Whether nothing runs here and nothing is to be told."""
        return not (self.runs.running or self._share.arriving or self._turns.untold)

    def overdue(self) -> list[tuple[Run, Verdict]]:
        """Attempts that have overstayed while the loop is blocked; from any thread."""
        return self.attempts.overdue.found()

    def ended_elsewhere(self, run: Run) -> None:
        """One of them is over for the server; from any thread."""
        self.attempts.overdue.ended_elsewhere(run)

    async def run(self) -> None:
        """Take jobs until cancelled."""
        while True:
            await self._enter()
            try:
                await self._pump()
            except LeaseLost as error:
                self._membership.dropped(f"the worker lost its lease: {error}")
                self._limits.lose()

    def woken(self) -> None:
        """There may be work."""
        self._turns.woken()
        self._share.hungry = True
        self._seat.busy()
        if self._idle_by_order or self._slots.free_for(self._share) <= 0:
            self._turns.pass_on()
        self._rest.kick()

    def cancel(self, job_id: str, ticket: int, reason: bytes) -> None:
        """Somebody asked for the end of an attempt; from the mailbox."""
        self.attempts.stops.cancel(job_id, ticket, cancel_reason(reason))

    def scale(self, concurrency: int) -> None:
        """Run so many jobs of this queue at once from now on; 0 is as declared."""
        limit = concurrency or self._declared
        if limit != self._share.group.limit:
            logger.info("%s runs %s jobs at once", self.queue, limit or "any number of")
            self._share.group.limit = limit
            self.woken()

    def resize(self, slots: int) -> None:
        """Run so many jobs of all queues of this worker at once from now on."""
        logger.info("this worker runs %d jobs at once", slots)
        self._slots.resize(slots)

    def look(self) -> None:
        """Learn again whose lease is over next."""
        self._keeps.look()

    def quiet(self) -> None:
        """Take no more jobs, for good."""
        self._quiet = True
        self._rest.kick()

    def pause(self) -> None:
        """Take no more jobs until resumed."""
        self._paused = True

    def resume(self) -> None:
        """Take jobs again."""
        self._paused = False
        self.woken()

    async def drained(self) -> None:
        """Wait until a quiet lane runs nothing and has told everything."""
        self._drained.clear()
        self._rest.kick()
        await self._drained.wait()

    async def farewell(self) -> None:
        """Hand on a token that may have been on its way to us, and end the registration."""
        await self._seat.leave()
        if not self.registered.is_set():
            return
        self._turns.pass_on()
        await self.drained()
        await self._postman.finish()
        await self._membership.leave()

    async def give_back(self) -> None:
        """Give back what is held of locks and limits; the jobs are told already."""
        await self.attempts.settled()
        await self._limits.close()

    async def close(self) -> None:
        """Stop timers and connections; tell nothing."""
        self._rest.close()
        self._membership.close()
        self.attempts.close()
        self._slots.leave(self._share)
        await self._scheduler.close()
        await self._postman.close()
        await self._seat.leave()

    @property
    def _idle_by_order(self) -> bool:
        return self._quiet or self._paused

    async def _enter(self) -> None:
        self._turns.carry()
        await self._membership.enter()
        self._turns.begin_anew()
        # Who scales it from now on tells us: we are registered.
        self.scale(await self._membership.lease.scaled())
        self.registered.set()
        self._share.hungry = True
        self._seat.enter()

    async def _pump(self) -> None:
        membership = self._membership
        while not membership.lease.abandoned:
            if membership.count_due:
                await membership.count()
            want = self._reserve()
            self._slots.offer(self._share)
            if want or self._turns.due:
                await self._turns.take(want)
            else:
                await self._wait()
        raise LeaseLost("it was not renewed in time")

    def _reserve(self) -> int:
        if self._idle_by_order:
            return 0
        if not self._share.hungry and (self._limits.declared or not len(self.runs.outcomes)):
            return 0
        limit = self._share.group.limit
        slots = self._slots.total if limit is None else min(limit, self._slots.total)
        want = self._slots.reserve(self._share, most_at_once(slots))
        return self._limits.claimable(want)

    async def _wait(self) -> None:
        if self.listening:
            self._seat.settle()
        if self._quiet and not self._share.taken:
            self._drained.set()
        await self._rest.wait()

    def _look_later(self, claim: Claim) -> None:
        """Look again when it is time, though nobody may call: the queue gave all that it has."""
        delay = self._look * random.uniform(0.8, 1.0)  # noqa: S311 - spreads load
        if claim.wake_ms:
            delay = min(delay, max(0, claim.wake_ms - claim.now_ms) / 1000)
        self._rest.set_alarm(delay, self.woken)

    def _forfeit(self) -> None:
        """A limit no longer counts jobs that run here: they go back, as with a lost lease."""
        logger.warning("%s lost its slots of a limit: what runs here goes back", self.queue)
        self._membership.lost()


def most_at_once(slots: int) -> int:
    """How many jobs one call claims at most, so that two halves can take turns."""
    return slots if slots < _TOO_FEW_TO_HALVE else min(MOST, (slots + 1) // 2)
