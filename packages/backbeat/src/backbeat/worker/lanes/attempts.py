"""Puts together what runs the jobs of one queue: from the claim to the outcome."""

from collections.abc import Callable
from functools import partial
from typing import Any

from backbeat.app.job_flow import KinOverConnection
from backbeat.app.queue import Queue
from backbeat.engine.calls.tick import Claim
from backbeat.engine.permits.client import PermitClient
from backbeat.worker.attempt.deadlines import Deadlines
from backbeat.worker.attempt.judge import Judge
from backbeat.worker.attempt.locks import JobLocks, Keeps
from backbeat.worker.attempt.overdue import OverdueRuns
from backbeat.worker.attempt.reports import Reports, send_words
from backbeat.worker.attempt.run import Run
from backbeat.worker.attempt.runs import Runs
from backbeat.worker.attempt.solitude import Alone, Solitude
from backbeat.worker.attempt.staleness import Staleness
from backbeat.worker.attempt.stops import Stops
from backbeat.worker.attempt.tally import Tally
from backbeat.worker.attempt.throttling import Throttling
from backbeat.worker.clock import ServerClock
from backbeat.worker.handlers.gate import Gates
from backbeat.worker.handlers.routine import Pools
from backbeat.worker.handlers.routines import routines_of
from backbeat.worker.lanes.launcher import Launcher
from backbeat.worker.leases.lease import Lease


class Attempts:
    """The attempts of one queue, or of one of its partitions, that one worker runs.

    Attributes:
        runs: What runs, and what is to be told of what ran.
        stops: Ends what does not end by itself.
        overdue: What has overstayed while the event loop is blocked.
        locks: The locks of the jobs.
        throttling: Pauses limits.
    """

    def __init__(
        self,
        queue: Queue,
        part: str,
        lease: Lease,
        permits: PermitClient,
        keeps: Keeps,
        *,
        worker: str,
        clock: ServerClock,
        deadlines: Deadlines,
        cancel_grace: float,
        pools: Pools,
        gates: Gates,
        state: Any,
        tally: Tally | None,
        solitude: Solitude | None,
        on_outcome: Callable[[], None],
        on_zombie: Callable[[], None],
    ) -> None:
        """Run nothing yet. Belongs to the running event loop.

        Args:
            queue: The queue.
            part: Name of the queue, or of the partition whose jobs are run.
            lease: The calls of this worker.
            permits: Where locks are asked for and limits are paused.
            keeps: Extends the locks that are held.
            worker: Name of the worker.
            clock: The server's time.
            deadlines: The worker's timer; it has to call `stops.sweep`.
            cancel_grace: Seconds that a run has to end after it was told to.
            pools: Where handlers run that are not coroutines.
            gates: The breakers of handlers.
            state: What handlers find in `job.state`.
            tally: Counts what the attempts do; None: nobody does.
            solitude: Lets those run alone that have lost their process repeatedly; None: they run
                as any other.
            on_outcome: Called when something is to be told to the server.
            on_zombie: Called when a run is over for the server and has not ended here.
        """
        judge = Judge(worker, queue.options.max_stalled)
        self._reports = Reports(partial(send_words, lease))
        self.throttling = Throttling(permits)
        self._staleness = Staleness(lease.call)
        self.locks = JobLocks(part, permits, keeps, ttl_ms=lease.lease_ms, worker=worker)
        self.runs = Runs(
            judge=judge, clock=clock, words=self._reports, tally=tally,
            on_throttled=self.throttling.pause, on_outcome=on_outcome,
        )  # fmt: skip
        self.stops = Stops(
            self.runs, self.locks, judge, clock, deadlines, grace=cancel_grace,
            on_zombie=on_zombie, on_stale=self._staleness.announce,
        )  # fmt: skip
        self.overdue = OverdueRuns(self.runs, judge, clock, grace=cancel_grace)
        self._launcher = Launcher(
            queue.name, routines_of(queue, pools, gates), self.runs, self.stops, self.locks, judge,
            deadlines, state=state, kin=partial(KinOverConnection, queue.app, part),
            home=queue.app, alone=_alone(solitude, deadlines, lease),
        )  # fmt: skip

    def launch(self, claim: Claim) -> None:
        """Start what was claimed."""
        self._launcher.launch(claim)

    async def send_words(self) -> None:
        """Send what jobs have said whose outcomes are to be told: a word comes before its end."""
        # Others may end while the words are on their way, and have spoken, too.
        while self.runs.words_first:
            self.runs.words_first = False
            await self._reports.flush()

    async def settled(self) -> None:
        """Wait until locks are given back and pauses are told."""
        await self.locks.settled()
        await self.throttling.settled()

    def close(self) -> None:
        """Stop timers; tell nothing."""
        self._reports.close()
        self._staleness.close()


def _alone(solitude: Solitude | None, deadlines: Deadlines, lease: Lease) -> Alone | None:
    if solitude is None:
        return None

    async def note(run: Run) -> None:
        await lease.call("run_alone", [run.id, run.ticket])

    return Alone(solitude, deadlines, note)
