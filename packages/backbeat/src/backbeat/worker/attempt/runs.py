"""The attempts of one queue that run here, and what is to be told of those that have ended."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final, Protocol

from backbeat.app.job import Job
from backbeat.engine.calls.tick import Outcomes
from backbeat.errors import Throttled
from backbeat.values import Cancel, Snooze, WaitForChildren
from backbeat.worker.attempt.history import Reason
from backbeat.worker.attempt.job_rules import record_of
from backbeat.worker.attempt.judge import Encoded, Judge
from backbeat.worker.attempt.run import Run
from backbeat.worker.attempt.run_log import facts, log_verdict
from backbeat.worker.attempt.tally import Tally
from backbeat.worker.attempt.verdict import Completed, Ended, PutBack, Verdict, tell
from backbeat.worker.clock import ServerClock

logger = logging.getLogger("backbeat.worker.runs")

# When to ask again where nobody could be asked.
_ASK_AGAIN_MS: Final = 1_000
_OUTCOMES: Final = (Snooze, Cancel, Throttled, WaitForChildren, Encoded)


class Words(Protocol):
    """Takes what jobs say while they run."""

    def progress(self, run: Run, progress_json: bytes) -> None:
        """The newest wins."""

    def log(self, run: Run, line: str) -> None:
        """Appended."""

    def forget(self, run: Run) -> None:
        """It may no longer write."""


class Runs:
    """The attempts of one queue that run here. The `Home` of each.

    Attributes:
        running: The valid ones by job id; each uses a slot.
        zombies: Those that are over for the server but have not ended here.
        outcomes: What the next tick tells.
        words_first: Whether one of them is of a job that spoke: its words have to be sent before.
    """

    def __init__(
        self,
        *,
        judge: Judge,
        clock: ServerClock,
        words: Words,
        tally: Tally | None,
        on_throttled: Callable[[Throttled], None],
        on_outcome: Callable[[], None],
    ) -> None:
        """Run nothing yet. Belongs to the running event loop.

        Args:
            judge: Decides what an ending means.
            clock: The server's time.
            words: Takes what jobs say.
            tally: Counts what the attempts do; None: nobody does.
            on_throttled: Called when a handler says that a service asks for a pause.
            on_outcome: Called when something is to be told to the server.
        """
        self.running: dict[str, Run] = {}
        self.zombies: set[Run] = set()
        self.outcomes = Outcomes()
        self.words_first = False
        self._judge = judge
        self._clock = clock
        self._words = words
        self._tally = tally
        self._on_throttled = on_throttled
        self._on_outcome = on_outcome
        self._loop = asyncio.get_running_loop()

    def add(self, run: Run) -> None:
        """An attempt starts."""
        self.running[run.id] = run
        if self._tally is not None:
            self._tally.started(run)

    def returned(self, run: Run, value: Any) -> None:
        """A handler returned: see `Home`."""
        if self.running.get(run.id) is not run:
            self._late(run)
            return
        if value is None and not run.keep_flag and not run.spoke:
            # The hot path: nothing below this line runs for a job without a result.
            del self.running[run.id]
            if self._tally is not None:
                self._tally.completed(run, self._clock.now_ms())
            self.outcomes.finish(run.id, run.ticket, plain=run.plain)
            self._on_outcome()
        else:
            self._returned_something(run, value)

    def raised(self, run: Run, error: BaseException) -> None:
        """A handler raised or was stopped: see `Home`."""
        if self._loop.is_closed():
            # A coroutine that was left behind is closed: nobody is there to be told.
            return
        if self.running.get(run.id) is not run:
            self._late(run)
            return
        now_ms = self._clock.now_ms()
        if isinstance(error, Throttled) and run.stop is None:
            self._on_throttled(error)
        try:
            verdict = self._judge.error(run, error, now_ms)
        except Exception as broken:
            logger.exception("what becomes of %s could not be decided", run.label)
            verdict = self._judge.hopeless(run, broken, now_ms)
        log_verdict(run, verdict, error)
        self.settle(run, verdict)

    def sent_back(self, run: Run, due_ms: int, reason: Reason) -> None:
        """A job may not start now: see `Home`."""
        self._put_back(run, due_ms or self._clock.now_ms() + _ASK_AGAIN_MS, reason)

    def parked(self, run: Run, due_ms: int) -> None:
        """The lock of a job is busy: see `Home`."""
        self._put_back(run, due_ms, "lock")

    def untold(self, run: Run) -> bool:
        """Whether the outcome of a run is still to be told: see `Home`."""
        return run.id in self.outcomes.ids()

    def progress(self, job: Job, progress_json: bytes) -> None:
        """A handler shows its progress: see `Reporter`."""
        if run := self._of(job):
            run.spoke = True
            self._words.progress(run, progress_json)

    def log(self, job: Job, line: str) -> None:
        """A handler logs: see `Reporter`."""
        if run := self._of(job):
            run.spoke = True
            self._words.log(run, line)

    def cancelled(self, job: Job) -> bool:
        """A handler asks whether it shall end: see `Reporter`."""
        run = self._of(job)
        return run is None or run.stop is not None

    def settle(self, run: Run, verdict: Verdict) -> None:
        """An attempt is over, and its outcome is to be told."""
        del self.running[run.id]
        self.words_first = self.words_first or run.spoke
        if self._tally is not None:
            self._count(self._tally, run, verdict)
        tell(self.outcomes, run, verdict)
        self._on_outcome()

    def disown(self, run: Run) -> None:
        """The job of an attempt is no longer ours: nothing is told of what it still does."""
        del self.running[run.id]
        self.zombies.add(run)
        self._words.forget(run)

    def _of(self, job: Job) -> Run | None:
        """The run of a job, while its attempt is the valid one."""
        run = self.running.get(job.id)
        return run if run is not None and run.ticket == job.ticket else None

    def _late(self, run: Run) -> None:
        self.zombies.discard(run)
        logger.info("%s ended late: its outcome is ignored", run.label, extra=facts(run))

    def _put_back(self, run: Run, due_ms: int, reason: Reason) -> None:
        if self.running.get(run.id) is run:
            self.settle(run, PutBack(due_ms, record_of(run).waiting(reason), b""))
        else:
            self._late(run)

    def _returned_something(self, run: Run, value: Any) -> None:
        try:
            if isinstance(value, Throttled):
                self._on_throttled(value)
            if isinstance(value, _OUTCOMES) or run.keep_flag or run.spoke:
                self.settle(run, self._judge.value(run, value, self._clock.now_ms()))
                return
            result = run.encode(value)
        except Exception as error:  # noqa: BLE001 - a value may do anything when it is written
            self.raised(run, error)
            return
        del self.running[run.id]
        if self._tally is not None:
            self._tally.completed(run, self._clock.now_ms())
        self.outcomes.finish(run.id, run.ticket, result, plain=run.plain)
        self._on_outcome()

    def _count(self, tally: Tally, run: Run, verdict: Verdict) -> None:
        now_ms = self._clock.now_ms()
        match verdict:
            case Completed():
                tally.completed(run, now_ms)
            case Ended(state="failed"):
                tally.failed(run, now_ms)
            case Ended():
                tally.cancelled(run, now_ms)
            case PutBack() if verdict.run_record.fails > record_of(run).fails:
                tally.retried(run, now_ms)
