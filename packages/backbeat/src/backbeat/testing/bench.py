"""One queue in a test: claims, runs and finishes its jobs, with the parts of a real worker."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Self

from backbeat.app.queue import Queue
from backbeat.app.times import moment
from backbeat.engine.calls.tick import tick_args
from backbeat.engine.calls.worker import cancel_reason
from backbeat.engine.client import QueueClient
from backbeat.engine.permits.client import PermitClient
from backbeat.engine.relay import Relay
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.states import State
from backbeat.engine.transport.base import Transport
from backbeat.errors import BackbeatError
from backbeat.testing.clock import FakeClock
from backbeat.testing.ran import Ran, Started, ended, started
from backbeat.worker.attempt.deadlines import Deadlines
from backbeat.worker.clock import ServerClock
from backbeat.worker.handlers.gate import Gates
from backbeat.worker.handlers.routine import Pools
from backbeat.worker.lanes.allowance import Allowance
from backbeat.worker.lanes.attempts import Attempts
from backbeat.worker.lanes.holding_back import HoldingBack
from backbeat.worker.lanes.janitor import Janitor
from backbeat.worker.lanes.scheduler import Scheduler
from backbeat.worker.lanes.waiter import Waiter
from backbeat.worker.leases.keeping import Kept
from backbeat.worker.leases.lease import Lease
from backbeat.worker.measuring import Measuring

# Time jumps in tests: no jump is to end the lease of who makes it.
_LEASE_MS: Final = 10**12
# Seconds, by either clock, that a handler has to end after it was told to.
_CANCEL_GRACE: Final = 1.0
_FAREWELL_SECONDS: Final = 1.0


class Bench:
    """Runs the jobs of one queue. Belongs to the running event loop.

    Attributes:
        runs: The attempts that run now.
    """

    def __init__(
        self, queue: Queue, client: QueueClient, transport: Transport, clock: FakeClock,
        pools: Pools, gates: Gates, state: Any, ran: list[Ran], on_outcome: Callable[[], None],
    ) -> None:  # fmt: skip
        """Run nothing yet.

        Args:
            queue: Whose jobs to run.
            client: Asks that queue, or the partition of it whose jobs are run.
            transport: Where calls go.
            clock: The time of the test.
            pools: Where handlers run that are not coroutines.
            gates: The breakers of handlers.
            state: What handlers find in `job.state`.
            ran: Gets what was run, in the order in which it ended.
            on_outcome: Called when an attempt has ended.
        """
        self._queue = queue
        self._ran = ran
        self._loop = asyncio.get_running_loop()
        self._begun: dict[str, Started] = {}
        self._client, keys = client, client.keys
        self._wake_ms = 0
        scripts = QueueScripts(keys)
        self._relay = Relay(transport, keys.namespace, clock=clock)
        self._lease = Lease(transport, scripts, lease_ms=_LEASE_MS, info=_INFO, clock=clock)
        self._janitor = Janitor(transport, scripts, clock)
        self._waiting = Waiter(transport).seat(keys, self)
        self._scheduler = Scheduler(keys.queue, client.schedules)
        self._deadlines = Deadlines(lambda now: self._attempts.stops.sweep(now))
        permits = PermitClient(transport, keys.namespace, clock=clock)
        self._holding_back = HoldingBack(scripts, transport, clock)
        self._allowance = self._allow(permits)
        self._measuring = Measuring(transport, clock)
        self._attempts = Attempts(
            queue, keys.queue, self._lease, permits, self,
            worker="test",
            clock=ServerClock(clock),
            deadlines=self._deadlines,
            cancel_grace=_CANCEL_GRACE,
            pools=pools,
            gates=gates,
            state=state,
            tally=self._measuring.tally(queue.name, scripts, queue.handlers),
            solitude=None,
            on_outcome=on_outcome,
            on_zombie=on_outcome,
        )  # fmt: skip
        self.runs = self._attempts.runs

    async def __aenter__(self) -> Self:
        await self._queue.introduce(self._client.keys.queue)
        await self._lease.register()
        self._waiting.settle()
        self._waiting.enter()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._waiting.leave()
        # After an interrupted test the store may be gone already: it must not be waited for.
        with contextlib.suppress(BackbeatError, TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._give_back()
        self._attempts.close()
        self._deadlines.close()

    @property
    def untold(self) -> bool:
        """Whether an attempt has ended of which the server does not know yet."""
        return len(self.runs.outcomes) > 0

    @property
    def listening(self) -> bool:
        """No: a test asks by itself whether there is work."""
        return False

    @property
    def worker_number(self) -> int:
        """Number of this worker in the queue."""
        return self._lease.registration.wn

    def keep(self, kept: Kept, lost: Callable[[], None]) -> None:
        """Nothing runs out in a test unless it says so."""

    def drop(self, kept: Kept) -> None:
        """Nothing was kept."""

    def woken(self) -> None:
        """A test asks by itself."""

    def cancel(self, job_id: str, ticket: int, reason: bytes) -> None:
        """Somebody asked for the end of an attempt."""
        self._attempts.stops.cancel(job_id, ticket, cancel_reason(reason))

    def pause(self) -> None:
        """A test says by itself what is run."""

    def resume(self) -> None:
        """A test says by itself what is run."""

    def scale(self, concurrency: int) -> None:
        """A test says itself how many run at once."""

    def resize(self, slots: int) -> None:
        """A test says itself how many run at once."""

    def look(self) -> None:
        """See `Hearer`; no lease is kept here: nobody can be reclaimed."""

    async def turn(self, want: int) -> int:
        """Tell what has ended, and start at most `want` jobs; gives how many were started."""
        if self._allowance is None:
            return await self._tick(want)
        got = await self._limited_tick(self._allowance, want)
        if not got and want and self._allowance.short:
            # The first job costs more than was asked for: now that is known.
            got = await self._limited_tick(self._allowance, want)
        return got

    async def _limited_tick(self, allowance: Allowance, want: int) -> int:
        if want and allowance.claimable(want) < want:
            await allowance.asked()
        return await self._tick(allowance.claimable(want) if want else 0)

    async def _tick(self, want: int) -> int:
        await self._attempts.send_words()
        outcomes, allowance = self.runs.outcomes.take(), self._allowance
        budget = None if allowance is None else allowance.budget
        claim = await self._lease.tick(tick_args(want, outcomes, budget))
        self._attempts.locks.told(self.runs.outcomes)
        await self._attempts.locks.settled()
        self._ran += ended(self._queue.name, self._begun, outcomes)
        self._begun.update(started(claim))
        self._wake_ms = claim.wake_ms
        self._attempts.launch(claim)
        if claim.post:
            await self._relay.bring(self._client.keys.queue)
        await self._attempts.throttling.settled()
        if allowance is not None:
            allowance.claimed(claim, hungry=False)
            allowance.ended(len(self.runs.running) + len(self.runs.outcomes))
            await allowance.asked()
            await self._holding_back.settled()
        count = len(claim.jobs)
        if not claim.fires:
            return count
        await self._scheduler.fire()
        return count + await self._tick(want - count)

    def _allow(self, permits: PermitClient) -> Allowance | None:
        limits = self._queue.limits
        if not limits:
            return None
        return Allowance(
            limits, permits, self, ttl_ms=_LEASE_MS, about={"queue": self._queue.name},
            on_news=lambda: None, on_wait=self._holding_back.until,
            # It is the keeper that would say so, and there is none.
            on_lost=lambda: None,
        )  # fmt: skip

    def passed(self, seconds: float) -> None:
        """The clock was moved: for those who run, that time has passed."""
        for run in self.runs.running.values():
            run.deadline -= seconds
        following = self._attempts.stops.sweep(self._loop.time())
        self._deadlines.watch(following)

    def next_deadline(self) -> float:
        """Seconds until an attempt that runs has run too long; infinite when none ever has."""
        deadlines = [run.deadline for run in self.runs.running.values()]
        return min(deadlines, default=float("inf")) - self._loop.time()

    async def tidy(self) -> None:
        """Remove what is kept no longer, and write down what was counted."""
        await self._measuring.tell()
        await self._janitor.sweep()

    async def next_due(self) -> datetime | None:
        """When a job falls due, or may start by its rate; None when nothing waits for a time."""
        page = await self._client.list(State.DELAYED, limit=1)
        times = [each.score or 0 for each in page.jobs]
        if self._wake_ms and await self.waiting():
            # Where nothing waits, it is when a schedule falls due: time does not pass for that.
            times.append(self._wake_ms)
        return moment(min(times)) if times else None

    async def waiting(self) -> int:
        """How many jobs wait."""
        return (await self._client.counts()).waiting

    async def _give_back(self) -> None:
        self._attempts.stops.release()
        self._attempts.stops.give_up()
        await self.turn(0)
        if self._allowance is not None:
            await self._allowance.close()
        await self._lease.leave()


_INFO: Final = b'{"name":"test"}'
