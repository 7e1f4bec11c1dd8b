"""Ends attempts that do not end by themselves.

An attempt is told, then interrupted; if it ignores that, too, it is over for the server, and what
it still does is ignored.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from backbeat.worker.attempt.deadlines import NEVER, Deadlines
from backbeat.worker.attempt.job_rules import life_ends_ms
from backbeat.worker.attempt.judge import Judge
from backbeat.worker.attempt.locks import JobLocks
from backbeat.worker.attempt.run import Run, Stop
from backbeat.worker.attempt.run_log import facts
from backbeat.worker.attempt.runs import Runs
from backbeat.worker.clock import ServerClock

logger = logging.getLogger("backbeat.worker.runs")

# Letters that came before their attempts. Most are for attempts that were over already.
_MOST_EARLY: Final = 100


class Stops:
    """Ends attempts of one queue that do not end by themselves.

    Attributes:
        early: Why attempts shall end that have yet to start, by job id and ticket.
    """

    def __init__(
        self,
        runs: Runs,
        locks: JobLocks,
        judge: Judge,
        clock: ServerClock,
        deadlines: Deadlines,
        *,
        grace: float,
        on_zombie: Callable[[], None],
        on_stale: Callable[[Run], None],
    ) -> None:
        """Stop nothing yet. Belongs to the running event loop.

        Args:
            runs: What runs.
            locks: The locks that jobs need.
            judge: Decides what an ending means.
            clock: The server's time.
            deadlines: The worker's timer; it has to call `sweep`.
            grace: Seconds that a run has to end after it was told to.
            on_zombie: Called when a run is over for the server and has not ended here; from its
                `deadline` on it has had its time for that.
            on_stale: Called once when a run is older than its `stale_after`.
        """
        self.early: dict[tuple[str, int], str] = {}
        self._runs = runs
        self._locks = locks
        self._judge = judge
        self._clock = clock
        self._deadlines = deadlines
        self._grace = grace
        self._on_zombie = on_zombie
        self._on_stale = on_stale
        self._loop = asyncio.get_running_loop()

    def cancel(self, job_id: str, ticket: int, reason: str) -> None:
        """Somebody asked for the end of an attempt; of one that has yet to start, maybe."""
        run = self._runs.running.get(job_id)
        if run is not None and run.ticket == ticket:
            self.stop(run, Stop.CANCEL, reason)
        elif run is None or run.ticket < ticket:
            # Mail comes by a connection of its own, and may be faster than the claim.
            self.early[job_id, ticket] = reason
            if len(self.early) > _MOST_EARLY:
                del self.early[next(iter(self.early))]

    def cancel_early(self, run: Run) -> None:
        """Stop an attempt that has just started, if its end was asked for before."""
        if (reason := self.early.pop((run.id, run.ticket), None)) is not None:
            self.stop(run, Stop.CANCEL, reason)

    def unlocked(self, run: Run, name: str) -> None:
        """The lock that an attempt needs is lost."""
        if self._runs.running.get(run.id) is run:
            self.stop(run, Stop.UNLOCKED, f"the lock {name} is lost")

    def stop(self, run: Run, why: Stop, cause: str = "") -> None:
        """Tell a run to end; it is over for the server when the grace has passed."""
        if run.stop is not None and why is not Stop.RELEASE:
            return
        run.stop = run.stop or why
        run.cause = run.cause or cause
        run.deadline = self._loop.time() + self._grace
        self._deadlines.watch(run.deadline)
        run.ask()
        if why is not Stop.CANCEL or not run.terms.asked_first:
            self._force(run)

    def release(self) -> None:
        """Tell all runs to end, because the worker does: their jobs go back."""
        for run in list(self._runs.running.values()):
            self.stop(run, Stop.RELEASE)

    def give_up(self) -> None:
        """Settle all runs that were told to end as if they had."""
        for run in list(self._runs.running.values()):
            self._overstay(run)

    def lose(self, why: str) -> None:
        """The jobs are no longer ours: end all runs, tell nothing of them.

        What ended before stays in `outcomes`: the server may take it still.
        """
        self._locks.lose()
        for run in list(self._runs.running.values()):
            logger.warning("%s is stopped: %s", run.label, why)
            self._detach(run)
            run.stop = Stop.LOST
            run.ask()
            self._force(run)
        self._on_zombie()

    def lose_one(self, job_id: str) -> None:
        """This job is no longer ours."""
        run = self._runs.running.get(job_id)
        if run is not None:
            logger.warning("%s is stopped: the server gave it to another attempt", run.label)
            self._detach(run)
            run.stop = Stop.LOST
            self._force(run)
            self._on_zombie()

    def sweep(self, now: float) -> float:
        """End what is over at this time of the loop; gives the next deadline."""
        running, following = self._runs.running, NEVER
        for run in list(running.values()):
            if run.deadline <= now:
                self._is_due(run)
            if run.id in running:
                following = min(following, run.deadline)
        return following

    def _is_due(self, run: Run) -> None:
        if run.stop is None and run.limit > self._loop.time():
            run.deadline, run.limit = run.limit, 0.0
            logger.warning("%s is stale: it runs for long", run.label, extra=facts(run))
            self._on_stale(run)
        elif run.stop is None:
            over = life_ends_ms(run) <= self._clock.now_ms()
            cause = "its deadline has passed" if over else "it ran longer than its timeout"
            self.stop(run, Stop.EXPIRED if over else Stop.TIMEOUT, cause)
        elif not run.forced:
            run.deadline = self._loop.time() + self._grace
            self._force(run)
        else:
            self._overstay(run)

    def _force(self, run: Run) -> None:
        if not run.forced:
            run.force()
            # A task that was cancelled before its first step never came to tell.
            run.task.add_done_callback(partial(_never_began, run))

    def _overstay(self, run: Run) -> None:
        logger.error(
            "%s was told to end and did not: its slot is free, what it still does is ignored",
            run.label,
            extra=facts(run),
        )
        verdict = self._judge.error(run, asyncio.CancelledError(), self._clock.now_ms())
        self._runs.settle(run, verdict)
        run.deadline = self._loop.time()
        self._locks.forsake(run)
        self._runs.zombies.add(run)
        self._on_zombie()

    def _detach(self, run: Run) -> None:
        self._runs.disown(run)
        run.deadline = self._loop.time() + self._grace
        self._locks.forsake(run)


def _never_began(run: Run, task: "asyncio.Task[None]") -> None:
    if task.cancelled():
        run.home.raised(run, asyncio.CancelledError())
