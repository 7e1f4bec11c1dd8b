"""The calls of one lane: each tells what has ended and claims what is wanted, one at a time.

What finishes while a call is in flight gathers and goes with the next.
"""

import asyncio
from collections.abc import Callable

from backbeat.engine.calls.tick import MOST, Claim, tick_args
from backbeat.worker.clock import ServerClock
from backbeat.worker.lanes.attempts import Attempts
from backbeat.worker.lanes.lane_limits import LaneLimits
from backbeat.worker.lanes.postman import Postman
from backbeat.worker.lanes.scheduler import Scheduler
from backbeat.worker.lanes.slots import Share
from backbeat.worker.leases.lease import Lease, Registration


class Turns:
    """The calls of one lane. Belongs to the running event loop."""

    def __init__(
        self,
        lease: Lease,
        attempts: Attempts,
        share: Share,
        limits: LaneLimits,
        clock: ServerClock,
        scheduler: Scheduler,
        postman: Postman,
        *,
        on_short: Callable[[Claim], None],
    ) -> None:
        """Call nobody yet.

        Args:
            lease: The calls of this worker.
            attempts: Runs what was claimed.
            share: What the lane holds of the worker's slots.
            limits: What they let it claim.
            clock: The server's time, which every answer tells.
            scheduler: Fires schedules that are due.
            postman: Brings what this queue has to tell others.
            on_short: Called when a claim gave less than was wanted.
        """
        self._lease = lease
        self._attempts = attempts
        self._runs = attempts.runs
        self._share = share
        self._limits = limits
        self._clock = clock
        self._scheduler = scheduler
        self._postman = postman
        self._on_short = on_short
        self._loop = asyncio.get_running_loop()
        self._flying = False
        self._carried = 0
        self._woken = True
        self._pass_on = False

    @property
    def due(self) -> bool:
        """Whether there is something to tell, even if nothing is wanted."""
        return self._pass_on or len(self._runs.outcomes) > 0

    @property
    def untold(self) -> int:
        """Outcomes of which the server may not know."""
        return self._carried + len(self._runs.outcomes)

    @property
    def in_use(self) -> int:
        """Jobs that are ours between two calls."""
        return len(self._runs.running) + self._share.arriving + len(self._runs.outcomes)

    def held(self) -> int | None:
        """Jobs that are ours as far as we know; None while a call may be changing that."""
        return None if self._flying else self.in_use

    def woken(self) -> None:
        """A token came: there may be work that the call in flight does not see."""
        self._woken = True

    def pass_on(self) -> None:
        """Let the next call hand a token on to another worker."""
        self._pass_on = True

    def carry(self) -> None:
        """Another call takes the outcomes of a registration that is over."""
        self._carried += len(self._runs.outcomes)

    def begin_anew(self) -> None:
        """There is a new registration: nothing is untold any more."""
        self._carried = 0

    async def take(self, want: int) -> None:
        """Tell what has ended, and claim and start so many jobs.

        Raises:
            LeaseLost: The server no longer knows the worker.
        """
        if self._runs.words_first:
            await self._attempts.send_words()
        outcomes = self._runs.outcomes.take(MOST)
        self._woken = self._pass_on = False
        self._flying, self._carried = True, len(outcomes)
        try:
            claim = await self._lease.tick(tick_args(want, outcomes, self._limits.budget))
        finally:
            self._flying = False
            self._share.wanted = 0
        self._carried = 0
        self._attempts.locks.told(self._runs.outcomes)
        self._took(claim, want)
        self._limits.charge(claim, want, self.in_use)

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
                self._on_short(claim)
        if not got:
            return
        self._share.arriving += got
        self._share.claimed += got
        if len(self._runs.outcomes) or self._share.hungry:
            # The next call leaves with the next turn of the loop. Starting the jobs after that
            # lets the server work on it while they run.
            held = self._lease.registration
            self._loop.call_soon(self._loop.call_soon, self._launch, claim, held)
        else:
            self._launch(claim, self._lease.registration)

    def _launch(self, claim: Claim, registration: Registration) -> None:
        self._share.arriving -= len(claim.jobs)
        if registration is self._lease.registration and not self._lease.abandoned:
            self._attempts.launch(claim)
