"""Attempts that have overstayed while their event loop is blocked: a thread ends them."""

import time
from weakref import WeakSet

from backbeat.worker.attempt.judge import Judge
from backbeat.worker.attempt.run import Run, Stop
from backbeat.worker.attempt.runs import Runs
from backbeat.worker.attempt.verdict import Verdict
from backbeat.worker.clock import ServerClock


class OverdueRuns:
    """Attempts of one queue that have overstayed. May be asked from any thread."""

    def __init__(self, runs: Runs, judge: Judge, clock: ServerClock, *, grace: float) -> None:
        """Look at nothing yet.

        Args:
            runs: What runs.
            judge: Decides what an ending means.
            clock: The server's time.
            grace: Seconds that the event loop has to end a run itself.
        """
        self._runs = runs
        self._judge = judge
        self._clock = clock
        self._grace = grace
        self._ended_elsewhere: WeakSet[Run] = WeakSet()

    def found(self) -> list[tuple[Run, Verdict]]:
        """Those that have overstayed, with what becomes of their jobs, until `ended_elsewhere`."""
        latest = time.monotonic() - self._grace
        found = []
        for run in list(self._runs.running.values()):
            if max(run.deadline, run.limit) <= latest and run not in self._ended_elsewhere:
                run.stop = run.stop or Stop.TIMEOUT
                run.cause = run.cause or "it ran longer than its timeout and blocked the event loop"
                verdict = self._judge.error(run, TimeoutError(run.cause), self._clock.now_ms())
                found.append((run, verdict))
        return found

    def ended_elsewhere(self, run: Run) -> None:
        """One of them is over for the server."""
        self._ended_elsewhere.add(run)
