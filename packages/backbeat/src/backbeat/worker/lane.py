"""One queue in one worker: finishes and claims in one call, one call in flight at a time.

What finishes while a call is in flight gathers and goes with the next. A call is sent as soon as
none is in flight and something finished or a slot is free; it never waits to fill up.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from typing import Final

from backbeat.engine.calls.tick import MOST, Claim, tick_args
from backbeat.engine.calls.worker import cancel_reason
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.permits.limit_calls import LimitTerms
from backbeat.engine.scripts import QueueScripts
from backbeat.errors import LeaseLost
from backbeat.worker.allowance import Allowance
from backbeat.worker.attempts import Attempts
from backbeat.worker.clock import ServerClock
from backbeat.worker.holding_back import HoldingBack
from backbeat.worker.keeping import Keeper, Kept
from backbeat.worker.lane_terms import LaneTerms
from backbeat.worker.lease import Lease, Registration
from backbeat.worker.membership import Membership
from backbeat.worker.postman import Postman
from backbeat.worker.run import Run
from backbeat.worker.scheduler import Scheduler
from backbeat.worker.slots import Share, Slots
from backbeat.worker.verdict import Verdict
from backbeat.worker.waiter import Waiter

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
        make_attempts: Callable[..., Attempts],
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
            make_attempts: Makes `attempts`, given who extends locks and hears of outcomes.
            waiter: Waits for work and for mail.
            scheduler: Fires schedules that are due.
            postman: Brings what this queue has to tell others.
            permits: Where locks are asked for.
            name: Name of the worker.
            limits: Limits that the queue shares with others.
            terms: How the lane stands to the others of the worker.
        """
        self.queue = scripts.keys.queue
        self.scripts = scripts
        self.registered = asyncio.Event()
        self._clock = clock
        self._slots = slots
        self._declared = terms.group.limit
        self._postman = postman
        self._loop = asyncio.get_running_loop()
        self._keeper = keeper
        self._transport = permits.transport
        self._allowance = self._allow(limits, permits, lease.lease_ms, name)
        self.attempts = make_attempts(
            lease=lease, permits=permits, keeps=self, on_outcome=self.kick
        )
        self.runs = self.attempts.runs
        self._share = slots.join(Share(self.runs.running, self.kick, group=terms.group))
        self._membership = Membership(
            self.queue, lease, keeper, self.attempts, held=self._held, on_change=self.kick
        )
        self._seat = waiter.seat(scripts.keys, self)
        self._look = terms.look
        self._scheduler = scheduler
        self._resting: asyncio.Future[None] | None = None
        self._drained = asyncio.Event()
        self._flying = False
        self._carried = 0
        self._quiet = False
        self._paused = False
        self._woken = True
        self._pass_on = False
        self._alarm: asyncio.TimerHandle | None = None

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
        unsaid = self._carried + len(self.runs.outcomes)
        return not (self.runs.running or self._share.arriving or unsaid)

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
                if self._allowance is not None:
                    self._allowance.lose()

    def kick(self) -> None:
        """Something finished, or a slot became free."""
        resting = self._resting
        if resting is not None and not resting.done():
            resting.set_result(None)

    def woken(self) -> None:
        """There may be work."""
        self._woken = True
        self._share.hungry = True
        self._seat.busy()
        if self._idle_by_order or self._slots.free_for(self._share) <= 0:
            self._pass_on = True
        self.kick()

    def cancel(self, job_id: str, ticket: int, reason: bytes) -> None:
        """Somebody asked for the end of an attempt; from the mailbox."""
        self.attempts.stops.cancel(job_id, ticket, cancel_reason(reason))

    def keep(self, kept: Kept, lost: Callable[[], None]) -> None:
        """Extend a lock with the lease of this lane; see `Keeps`."""
        self._keeper.keep(self.registration, kept, lost)

    def drop(self, kept: Kept) -> None:
        """Extend it no more."""
        self._keeper.drop(self.registration, kept)

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
        self._keeper.look(self.registration)

    def quiet(self) -> None:
        """Take no more jobs, for good."""
        self._quiet = True
        self.kick()

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
        self.kick()
        await self._drained.wait()

    async def farewell(self) -> None:
        """Hand on a token that may have been on its way to us, and end the registration."""
        await self._seat.leave()
        if not self.registered.is_set():
            return
        self._pass_on = True
        await self.drained()
        await self._postman.finish()
        await self._membership.leave()

    async def give_back(self) -> None:
        """Give back what is held of locks and limits; the jobs are told already."""
        await self.attempts.settled()
        if self._allowance is not None:
            await self._allowance.close()

    async def close(self) -> None:
        """Stop timers and connections; tell nothing."""
        if self._alarm is not None:
            self._alarm.cancel()
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
        self._carried += len(self.runs.outcomes)
        await self._membership.enter()
        self._carried = 0
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
            if want or self._pass_on or len(self.runs.outcomes):
                await self._tick(want)
            else:
                await self._rest()
        raise LeaseLost("it was not renewed in time")

    def _reserve(self) -> int:
        if self._idle_by_order or not (self._share.hungry or len(self.runs.outcomes)):
            return 0
        if self._allowance is not None and not self._share.hungry:
            return 0
        limit = self._share.group.limit
        slots = self._slots.total if limit is None else min(limit, self._slots.total)
        want = self._slots.reserve(self._share, most_at_once(slots))
        if self._allowance is not None and want:
            want = self._share.wanted = self._allowance.claimable(want)
            # One that is held back competes for no slots until it is told that it may go on.
            self._share.hungry = want > 0
        return want

    def _allowed(self) -> None:
        """The limits give something."""
        self._share.hungry = True
        self.kick()

    def _forfeit(self) -> None:
        """A limit no longer counts jobs that run here: they go back, as with a lost lease."""
        logger.warning("%s lost its slots of a limit: what runs here goes back", self.queue)
        self._membership.lost()

    def _held(self) -> int | None:
        if self._flying:
            return None
        return len(self.runs.running) + self._share.arriving + len(self.runs.outcomes)

    async def _tick(self, want: int) -> None:
        if self.runs.words_first:
            await self.attempts.send_words()
        outcomes = self.runs.outcomes.take(MOST)
        self._woken = self._pass_on = False
        self._flying, self._carried = True, len(outcomes)
        allowance = self._allowance
        budget = None if allowance is None else allowance.budget
        try:
            claim = await self._membership.lease.tick(tick_args(want, outcomes, budget))
        finally:
            self._flying = False
            self._share.wanted = 0
        self._carried = 0
        self.attempts.locks.told(self.runs.outcomes)
        self._took(claim, want)
        if allowance is not None:
            self._charge(allowance, claim, want)

    def _charge(self, allowance: Allowance, claim: Claim, want: int) -> None:
        """Tell the limits what became of that which they gave."""
        if want:
            self._share.hungry = self._share.hungry or claim.need > 0
            allowance.claimed(claim, hungry=self._share.hungry)
        in_use = len(self.runs.running) + self._share.arriving + len(self.runs.outcomes)
        allowance.ended(in_use)

    def _allow(
        self, limits: Sequence[LimitTerms], permits: PermitClient, ttl_ms: int, name: str
    ) -> Allowance | None:
        if not limits:
            return None
        about = {"queue": self.queue, "worker": name}
        return Allowance(
            limits, permits, self, ttl_ms=ttl_ms, about=about,
            on_news=self._allowed, on_wait=HoldingBack(self.scripts, self._transport).until,
            on_lost=self._forfeit,
        )  # fmt: skip

    def _took(self, claim: Claim, want: int) -> None:
        self._clock.seen(claim.now_ms)
        if claim.fires:
            self._scheduler.begin()
        if claim.post:
            self._postman.call()
        got = len(claim.jobs)
        if want:
            self._share.hungry = got == want or self._woken
            if got < want:
                self._set_alarm(claim)
        if not got:
            return
        self._share.arriving += got
        self._share.claimed += got
        if len(self.runs.outcomes) or self._share.hungry:
            # The next call leaves with the next turn of the loop. Starting the jobs after that
            # lets the server work on it while they run.
            self._loop.call_soon(self._loop.call_soon, self._launch, claim, self.registration)
        else:
            self._launch(claim, self.registration)

    def _launch(self, claim: Claim, registration: Registration) -> None:
        self._share.arriving -= len(claim.jobs)
        lease = self._membership.lease
        if registration is lease.registration and not lease.abandoned:
            self.attempts.launch(claim)

    async def _rest(self) -> None:
        if self.listening:
            self._seat.settle()
        if self._quiet and not self._share.taken:
            self._drained.set()
        self._resting = self._loop.create_future()
        try:
            await self._resting
        finally:
            self._resting = None

    def _set_alarm(self, claim: Claim) -> None:
        delay = self._look * random.uniform(0.8, 1.0)  # noqa: S311 - spreads load
        if claim.wake_ms:
            delay = min(delay, max(0, claim.wake_ms - claim.now_ms) / 1000)
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self._loop.call_later(delay, self.woken)


def most_at_once(slots: int) -> int:
    """How many jobs one call claims at most, so that two halves can take turns."""
    return slots if slots < _TOO_FEW_TO_HALVE else min(MOST, (slots + 1) // 2)
