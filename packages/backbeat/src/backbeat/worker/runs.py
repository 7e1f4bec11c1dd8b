"""The attempts of one queue that run here: from the claim to the outcome."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, Protocol
from weakref import WeakSet

import msgspec

from backbeat.app.job import Job
from backbeat.app.job_flow import KinOf
from backbeat.app.shared_limit import Limits
from backbeat.engine.calls.tick import Claim, Outcomes
from backbeat.engine.record import Record, decode_record
from backbeat.errors import Throttled
from backbeat.values import Cancel, Snooze, WaitForChildren
from backbeat.worker.batching import BatchRoutine
from backbeat.worker.clock import ServerClock
from backbeat.worker.deadlines import NEVER, Deadlines
from backbeat.worker.gated import GatedRoutine
from backbeat.worker.history import Reason
from backbeat.worker.job_rules import apply_rules, life_ends_ms, lock_of, record_of
from backbeat.worker.judge import BrokenRecord, Encoded, Judge, NoHandler
from backbeat.worker.locks import Go, JobLocks
from backbeat.worker.routine import Refusal, Routine
from backbeat.worker.run import Run, Stop
from backbeat.worker.solitude import Alone, Solitude
from backbeat.worker.tally import Tally
from backbeat.worker.verdict import Completed, Ended, PutBack, Verdict, tell

logger = logging.getLogger("backbeat.worker.runs")

AnyRoutine = Routine | BatchRoutine | GatedRoutine | Refusal

# Letters that came before their attempts. Most are for attempts that were over already.
_MOST_EARLY: Final = 100

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
    """The attempts of one queue that run here.

    Attributes:
        running: The valid ones by job id; each uses a slot.
        zombies: Those that are over for the server but have not ended here.
        outcomes: What the next tick tells.
        words_first: Whether one of them is of a job that spoke: its words have to be sent before.
    """

    def __init__(
        self,
        queue: str,
        routines: Mapping[str, AnyRoutine],
        *,
        judge: Judge,
        clock: ServerClock,
        deadlines: Deadlines,
        cancel_grace: float,
        state: Any,
        kin: KinOf,
        words: Words,
        locks: JobLocks,
        home: Limits,
        tally: Tally | None = None,
        on_throttled: Callable[[Throttled], None],
        on_outcome: Callable[[], None],
        on_zombie: Callable[[], None],
        solitude: Solitude | None = None,
        note_alone: Callable[[Run], Awaitable[object]] | None = None,
        on_stale: Callable[[Run], None] | None = None,
    ) -> None:
        """Run nothing yet. Belongs to the running event loop.

        Args:
            queue: Name of the queue.
            routines: How the jobs of each handler are run, by its name.
            judge: Decides what an ending means.
            clock: The server's time.
            deadlines: The worker's timer.
            cancel_grace: Seconds that a run has to end after it was told to.
            state: What handlers find in `job.state`.
            kin: Makes what a job of a flow can ask of the jobs around it.
            words: Takes what jobs say.
            locks: The locks that jobs need.
            home: What handlers find limits in.
            tally: Counts what the attempts do. Defaults to None: nobody does.
            on_throttled: Called when a handler says that a service asks for a pause.
            on_outcome: Called when something is to be told to the server.
            on_zombie: Called when a run is over for the server and has not ended here; from its
                `deadline` on it has had its time for that.
            solitude: Lets those run alone that have lost their process repeatedly. Defaults to
                None: they run as any other.
            note_alone: Tells the server that a job runs alone.
            on_stale: Called once when a run is older than its `stale_after`.
        """
        self.running: dict[str, Run] = {}
        self.zombies: set[Run] = set()
        self.outcomes = Outcomes()
        self.words_first = False
        self._queue = queue
        self._routines = routines
        self._judge = judge
        self._clock = clock
        self._deadlines = deadlines
        self._cancel_grace = cancel_grace
        self._state = state
        self._kin = kin
        self._words = words
        self._locks = locks
        self._home = home
        self._tally = tally
        self._on_throttled = on_throttled
        self._on_outcome = on_outcome
        self._on_zombie = on_zombie
        self._on_stale = on_stale
        self._alone: Alone | None = None
        if solitude is not None and note_alone is not None:
            self._alone = Alone(solitude, deadlines, note_alone)
        self._loop = asyncio.get_running_loop()
        self._ended_elsewhere: WeakSet[Run] = WeakSet()
        self._early: dict[tuple[str, int], str] = {}

    def launch(self, claim: Claim) -> None:
        """Start what was claimed."""
        at = self._loop.time()
        for job_id, record, run_text in claim.jobs:
            self._start(job_id, record, run_text, claim, at)

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
            self.outcomes.finish(run.id, run.ticket)
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
        _log(run, verdict, error)
        self._settle(run, verdict)

    def sent_back(self, run: Run, due_ms: int, reason: Reason) -> None:
        """A job may not start now: see `Home`."""
        if self.running.get(run.id) is not run:
            self._late(run)
            return
        due_ms = due_ms or self._clock.now_ms() + _ASK_AGAIN_MS
        self._settle(run, PutBack(due_ms, record_of(run).waiting(reason), b""))

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

    def parked(self, run: Run, due_ms: int) -> None:
        """The lock of a job is busy: see `Parks`."""
        if self.running.get(run.id) is run:
            self._settle(run, PutBack(due_ms, record_of(run).waiting("lock"), b""))
        else:
            self._late(run)

    def unlocked(self, run: Run, name: str) -> None:
        """The lock of a job is lost: see `Parks`."""
        if self.running.get(run.id) is run:
            self.stop(run, Stop.UNLOCKED, f"the lock {name} is lost")

    def untold(self, run: Run) -> bool:
        """Whether the outcome of a run is still to be told: see `Parks`."""
        return run.id in self.outcomes.ids()

    def cancel(self, job_id: str, ticket: int, reason: str) -> None:
        """Somebody asked for the end of an attempt; of one that has yet to start, maybe."""
        run = self.running.get(job_id)
        if run is not None and run.ticket == ticket:
            self.stop(run, Stop.CANCEL, reason)
        elif run is None or run.ticket < ticket:
            # Mail comes by a connection of its own, and may be faster than the claim.
            self._early[job_id, ticket] = reason
            if len(self._early) > _MOST_EARLY:
                del self._early[next(iter(self._early))]

    def stop(self, run: Run, why: Stop, cause: str = "") -> None:
        """Tell a run to end; it is over for the server when the grace has passed."""
        if run.stop is not None and why is not Stop.RELEASE:
            return
        run.stop = run.stop or why
        run.cause = run.cause or cause
        run.deadline = self._loop.time() + self._cancel_grace
        self._deadlines.watch(run.deadline)
        run.ask()
        if why is not Stop.CANCEL or not run.terms.asked_first:
            self._force(run)

    def release(self) -> None:
        """Tell all runs to end, because the worker does: their jobs go back."""
        for run in list(self.running.values()):
            self.stop(run, Stop.RELEASE)

    def give_up(self) -> None:
        """Settle all runs that were told to end as if they had."""
        for run in list(self.running.values()):
            self._overstay(run)

    def lose(self, why: str) -> None:
        """The jobs are no longer ours: end all runs, tell nothing of them.

        What ended before stays in `outcomes`: the server may take it still.
        """
        self._locks.lose()
        for run in list(self.running.values()):
            logger.warning("%s is stopped: %s", run.label, why)
            self._detach(run)
            run.stop = Stop.LOST
            run.ask()
            self._force(run)
        self._on_zombie()

    def lose_one(self, job_id: str) -> None:
        """This job is no longer ours."""
        run = self.running.get(job_id)
        if run is not None:
            logger.warning("%s is stopped: the server gave it to another attempt", run.label)
            self._detach(run)
            run.stop = Stop.LOST
            self._force(run)
            self._on_zombie()

    def sweep(self, now: float) -> float:
        """End what is over at this time of the loop; gives the next deadline."""
        following = NEVER
        for run in list(self.running.values()):
            if run.deadline <= now:
                self._is_due(run)
            if run.id in self.running:
                following = min(following, run.deadline)
        return following

    def overdue(self) -> list[tuple[Run, Verdict]]:
        """Runs that have overstayed, until `ended_elsewhere`; for who ends them in a thread."""
        latest = time.monotonic() - self._cancel_grace
        found = []
        for run in list(self.running.values()):
            if max(run.deadline, run.limit) <= latest and run not in self._ended_elsewhere:
                run.stop = run.stop or Stop.TIMEOUT
                run.cause = run.cause or "it ran longer than its timeout and blocked the event loop"
                verdict = self._judge.error(run, TimeoutError(run.cause), self._clock.now_ms())
                found.append((run, verdict))
        return found

    def ended_elsewhere(self, run: Run) -> None:
        """An overdue run is over for the server."""
        self._ended_elsewhere.add(run)

    def _start(self, job_id: str, record: bytes, run_text: bytes, claim: Claim, at: float) -> None:
        try:
            stored = decode_record(record)
            routine: AnyRoutine = self._routines.get(stored.name) or self._none(stored.name)
        except (msgspec.MsgspecError, ValueError, IndexError) as error:
            stored, routine = _UNREADABLE, Refusal("?", BrokenRecord(f"no job: {error}"))
        terms = routine.terms
        run = Run(job_id, claim.ticket, stored, run_text, terms, self, claim.now_ms)
        run.job = Job(
            job_id, stored.name, self._queue, 1, terms.retry.attempts, claim.fence,
            stored.created_ms, self, self._state, None, claim.ticket, 0, self._home,
        )  # fmt: skip
        if job_id in self.running:
            self.lose_one(job_id)
        self.running[job_id] = run
        if self._tally is not None:
            self._tally.started(run)
        if terms.timeout is not None:
            run.deadline = at + terms.timeout
        go: Go = routine.run
        if run_text or stored.options or terms.particular:
            if not apply_rules(run, at, self._kin):
                self.raised(run, TimeoutError(run.cause))
                return
            if (lock := lock_of(run)) is not None:
                go = partial(self._locks.run, name=lock, parks=self, go=go)
            if run_text and self._alone is not None and self._judge.suspects(run):
                go = partial(self._alone.run, go=go)
        if run.deadline < self._deadlines.next:
            self._deadlines.watch(run.deadline)
        run.task = asyncio.Task(go(run), loop=self._loop, name=routine.title)
        if self._early and (reason := self._early.pop((job_id, claim.ticket), None)) is not None:
            self.stop(run, Stop.CANCEL, reason)

    def _of(self, job: Job) -> Run | None:
        """The run of a job, while its attempt is the valid one."""
        run = self.running.get(job.id)
        return run if run is not None and run.ticket == job.ticket else None

    def _is_due(self, run: Run) -> None:
        if run.stop is None and run.limit > self._loop.time():
            run.deadline, run.limit = run.limit, 0.0
            logger.warning("%s is stale: it runs for long", run.label, extra=_facts(run))
            if self._on_stale is not None:
                self._on_stale(run)
        elif run.stop is None:
            over = life_ends_ms(run) <= self._clock.now_ms()
            cause = "its deadline has passed" if over else "it ran longer than its timeout"
            self.stop(run, Stop.EXPIRED if over else Stop.TIMEOUT, cause)
        elif not run.forced:
            run.deadline = self._loop.time() + self._cancel_grace
            self._force(run)
        else:
            self._overstay(run)

    def _force(self, run: Run) -> None:
        if not run.forced:
            run.force()
            # A task that was cancelled before its first step never came to tell.
            run.task.add_done_callback(partial(self._never_began, run))

    def _never_began(self, run: Run, task: "asyncio.Task[None]") -> None:
        if task.cancelled():
            self.raised(run, asyncio.CancelledError())

    def _overstay(self, run: Run) -> None:
        logger.error(
            "%s was told to end and did not: its slot is free, what it still does is ignored",
            run.label,
            extra=_facts(run),
        )
        verdict = self._judge.error(run, asyncio.CancelledError(), self._clock.now_ms())
        self._settle(run, verdict)
        run.deadline = self._loop.time()
        self._locks.forsake(run)
        self.zombies.add(run)
        self._on_zombie()

    def _detach(self, run: Run) -> None:
        del self.running[run.id]
        self.zombies.add(run)
        self._words.forget(run)
        run.deadline = self._loop.time() + self._cancel_grace
        self._locks.forsake(run)

    def _late(self, run: Run) -> None:
        self.zombies.discard(run)
        logger.info("%s ended late: its outcome is ignored", run.label, extra=_facts(run))

    def _returned_something(self, run: Run, value: Any) -> None:
        try:
            if isinstance(value, Throttled):
                self._on_throttled(value)
            if isinstance(value, _OUTCOMES) or run.keep_flag or run.spoke:
                self._settle(run, self._judge.value(run, value, self._clock.now_ms()))
                return
            result = run.terms.encode(value)
        except Exception as error:  # noqa: BLE001 - a value may do anything when it is written
            self.raised(run, error)
            return
        del self.running[run.id]
        if self._tally is not None:
            self._tally.completed(run, self._clock.now_ms())
        self.outcomes.finish(run.id, run.ticket, result)
        self._on_outcome()

    def _settle(self, run: Run, verdict: Verdict) -> None:
        del self.running[run.id]
        self.words_first = self.words_first or run.spoke
        if self._tally is not None:
            self._count(self._tally, run, verdict)
        tell(self.outcomes, run, verdict)
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

    def _none(self, name: str) -> Refusal:
        known = ", ".join(sorted(self._routines)) or "none"
        text = f"queue {self._queue!r} has no handler {name!r} here; this worker knows: {known}"
        return Refusal(name, NoHandler(text))


def _log(run: Run, verdict: Verdict, error: BaseException) -> None:
    if isinstance(verdict, PutBack):
        level, what = logging.WARNING, "goes back"
    elif isinstance(verdict, Ended) and verdict.state == "failed":
        level, what = logging.ERROR, "failed"
    else:
        level, what = logging.INFO, "was cancelled"
    if run.stop is Stop.RELEASE:
        level = logging.INFO
    # What a stopped run raises is our own doing: its traceback says nothing.
    trace = error if level == logging.ERROR and run.stop is None else None
    logger.log(
        level,
        "%s %s in attempt %d of %d: %s",
        run.label,
        what,
        run.job.attempt,
        run.job.attempts,
        run.cause or f"{type(error).__name__}: {error}",
        exc_info=trace,
        extra=_facts(run),
    )


def _facts(run: Run) -> dict[str, object]:
    job = run.job
    return {"job": job.id, "handler": job.name, "queue": job.queue, "attempt": job.attempt}


_UNREADABLE: Final = Record("?", 0, msgspec.Raw(b"null"))
