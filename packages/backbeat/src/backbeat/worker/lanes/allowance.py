"""What the named limits of a queue allow one worker to claim.

Permits come before claims: units and slots are taken first, jobs are claimed for them, and what was
not used goes back. Until it is told whether they were used, units count in full, so that a limit
holds at the moment of the claim and not only at that of the permit.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from backbeat.engine.calls.tick import Claim
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.permits.limit_calls import LimitTerms, Taken
from backbeat.engine.record import cost_of
from backbeat.errors import BackbeatError
from backbeat.worker.attempt.locks import Keeps
from backbeat.worker.lanes.limit_share import LimitShare

logger = logging.getLogger("backbeat.worker.limits")

_RETRY_SECONDS: Final = 1.0
# A job that costs more than there ever is takes all there is.
_NO_MOST: Final = 1_000_000


class Allowance:
    """Jobs that one worker may claim from one queue. Belongs to the running event loop.

    Attributes:
        jobs: Jobs that may be claimed now.
        units: Units that they may cost together.
        most: What one job counts with at most.
    """

    def __init__(
        self,
        limits: Sequence[LimitTerms],
        permits: PermitClient,
        keeps: Keeps,
        *,
        ttl_ms: int,
        about: dict[str, str],
        on_news: Callable[[], None],
        on_wait: Callable[[int], None],
        on_lost: Callable[[], None],
    ) -> None:
        """Have nothing yet.

        Args:
            limits: The limits of the queue; at least one.
            permits: Where they are asked.
            keeps: Extends what is held.
            ttl_ms: How long a share is kept for a worker that is silent.
            about: About the worker, for people.
            on_news: Called when something may be claimed.
            on_wait: Called when a limit gives nothing, with the ms at which it may.
            on_lost: Called when jobs that run here no longer have their slots: they are to end.
        """
        self.jobs = self.units = 0
        self.most = min((each.most for each in limits if each.rate), default=_NO_MOST)
        self._limits = limits
        self._permits = permits
        self._keeps = keeps
        self._ttl_ms = ttl_ms
        self._who = msgspec.json.encode(about).decode()
        self._on_news = on_news
        self._on_wait = on_wait
        self._on_lost = on_lost
        self._wanted = 0
        self._need = self._each = 1
        self._shares = [self._share(each) for each in limits]
        self._left: list[LimitShare] = []
        self._gone: list[LimitShare] = []
        self._work: asyncio.Task[None] | None = None
        self._again = False
        self._news = asyncio.Event()
        self._calm = asyncio.Event()
        self._calm.set()

    def claimable(self, want: int) -> int:
        """How many of `want` jobs may be claimed now; where it is none, some are asked for."""
        self._wanted = want
        allowed = min(want, self.jobs) if self.units >= self._need else 0
        if not allowed:
            self._begin()
        return allowed

    @property
    def budget(self) -> tuple[int, int]:
        """What the jobs of a claim may cost together, and what one counts with at most."""
        return self.units, self.most

    @property
    def short(self) -> bool:
        """Whether the next job costs more than there is."""
        return self.units < self._need

    def claimed(self, claim: Claim, *, hungry: bool) -> None:
        """A claim was answered.

        Args:
            claim: What it gave.
            hungry: Whether more may be waiting.
        """
        jobs, need = len(claim.jobs), claim.need
        units = sum(min(cost_of(record), self.most) for _, record, _ in claim.jobs)
        # A share that was lost meanwhile has left nothing to subtract from.
        self.jobs = max(self.jobs - jobs, 0)
        self.units = max(self.units - units, 0)
        for share in self._shares:
            share.spend(units)
        self._need = max(need, 1)
        if jobs:
            self._each = max(1, units // jobs)
        if not hungry:
            self._wanted = 0
        if not hungry or need:
            self._give_back(self.jobs, self.units)
        self._settle()

    def ended(self, in_use: int) -> None:
        """Jobs have ended: so many still need their slots."""
        for share in self._shares:
            share.free_all_but(in_use + self.jobs)
        self._settle()

    async def asked(self) -> None:
        """Ask now, whatever is waited for, until all is given that is wanted, or refused."""
        self._again = True
        self._begin()
        await self._calm.wait()

    def lose(self) -> None:
        """The jobs are no longer ours, and whether units were used is unknown: begin anew."""
        self._stop()
        self._left += self._shares
        self._shares = [self._share(each) for each in self._limits]
        self._gone.clear()
        self.jobs = self.units = self._wanted = 0
        self._begin()

    async def close(self) -> None:
        """Give everything back."""
        if (work := self._stop()) is not None:
            await asyncio.wait([work])
        self._give_back(self.jobs, self.units)
        self._left += self._shares
        await self._leave()

    def _share(self, terms: LimitTerms) -> LimitShare:
        return LimitShare(
            terms, self._permits, self._keeps,
            ttl_ms=self._ttl_ms, who=self._who, on_gone=self._not_extended,
        )  # fmt: skip

    def _give_back(self, jobs: int, units: int) -> None:
        """Nobody needs these here: they go back with the next call."""
        self.jobs, self.units = self.jobs - jobs, self.units - units
        for share in self._shares:
            share.give_back(jobs, units)

    def _settle(self) -> None:
        if self._unsettled:
            self._begin()

    @property
    def _unsettled(self) -> bool:
        return any(share.unsettled for share in self._shares)

    def _begin(self) -> None:
        self._calm.clear()
        self._news.set()
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._ask(), name="backbeat: asks limits")
            self._work.add_done_callback(lambda _: self._calm.set())

    def _stop(self) -> "asyncio.Task[None] | None":
        work, self._work = self._work, None
        if work is not None:
            work.cancel()
        return work

    @property
    def _lacks(self) -> bool:
        return self._wanted > 0 and (not self.jobs or self.units < self._need)

    async def _ask(self) -> None:
        """Settle and take until there is nothing to settle and nothing lacks."""
        while self._left or self._gone or self._lacks or self._unsettled:
            self._news.clear()
            self._again = False
            try:
                await self._leave()
                await self._look_after()
                refusal = await self._round()
                if refusal is not None:
                    await self._wait(*refusal)
            except BackbeatError as error:
                logger.warning("limits are not answered, the queue waits: %s", error)
                self._doubt()
                await asyncio.sleep(_RETRY_SECONDS)

    def _not_extended(self, share: LimitShare) -> None:
        """The keeper found no share of ours: look whether there should have been one."""
        if share in self._shares:
            self._gone.append(share)
            self._begin()

    async def _look_after(self) -> None:
        """Tell shares that ran out from those that had nothing in them when they were extended."""
        while self._gone:
            share = self._gone[-1]
            if not share.empty and not await share.still_there():
                self._lost(share)
            self._gone.remove(share)

    def _doubt(self) -> None:
        """A call was not answered: what its share has now is not known, so it is used no more."""
        for share in [each for each in self._shares if each.asked]:
            self._lost(share)

    def _lost(self, share: LimitShare) -> None:
        """What a share had counts for others by now: begin a new one."""
        if share.slots:
            self._on_lost()
            return
        # No job that runs has a part in units: they count as used, and others are taken.
        self._give_back(self.jobs, self.units)
        self._shares[self._shares.index(share)] = self._share(share.terms)
        self._left.append(share)

    async def _wait(self, share: LimitShare, taken: Taken) -> None:
        """Wait for the turn at the limit that gave nothing; what is to be settled does not."""
        self._on_wait(taken.again_ms)
        seconds = max(taken.again_ms - taken.now_ms, 1) / 1000
        turn = asyncio.create_task(share.turn(seconds))
        try:
            while not turn.done() and self._lacks and not self._again:
                await self._look_after()
                await self._settle_only()
                if not self._news.is_set():
                    self._calm.set()
                news = asyncio.create_task(self._news.wait())
                await asyncio.wait([turn, news], return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                self._news.clear()
        finally:
            turn.cancel()
        self._calm.clear()
        if not self._lacks:
            await share.leave_line()

    async def _round(self) -> tuple[LimitShare, Taken] | None:
        """Ask each limit once; the first that gives nothing, if one does."""
        if not self._lacks:
            await self._settle_only()
            return None
        jobs = max(self._wanted - self.jobs, 1)
        need = max(self._need - self.units, 1)
        units = max(need, jobs * self._each)
        gave: list[tuple[LimitShare, Taken]] = []
        for share in self._shares:
            try:
                taken = await share.take(jobs, units, need)
            except BackbeatError:
                self._return(gave, 0, 0)
                raise
            if not taken.units:
                self._return(gave, 0, 0)
                return share, taken
            gave.append((share, taken))
            units = min(units, taken.units)
            jobs = min(jobs, taken.slots) if share.terms.slots else jobs
        self._return(gave, jobs, units)
        self.jobs, self.units = self.jobs + jobs, self.units + units
        self._on_news()
        return None

    def _return(self, gave: Sequence[tuple[LimitShare, Taken]], jobs: int, units: int) -> None:
        """What one limit gave beyond what all of them did goes back with the next call."""
        for share, taken in gave:
            share.give_back(taken.slots - jobs, taken.units - units)

    async def _settle_only(self) -> None:
        for share in self._shares:
            await share.settle()

    async def _leave(self) -> None:
        """Give back what is held under tokens that are used no more."""
        while self._left:
            await self._left.pop().leave()
