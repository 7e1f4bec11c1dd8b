"""Starts the attempts of claimed jobs."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import msgspec

from backbeat.app.decrypting import decrypted_record
from backbeat.app.job import Job
from backbeat.app.job_flow import KinOf
from backbeat.app.shared_limit import Limits
from backbeat.engine.calls.tick import Claim
from backbeat.engine.record import Record, decode_record, is_plain
from backbeat.errors import DecryptionError
from backbeat.worker.attempt.deadlines import Deadlines
from backbeat.worker.attempt.job_rules import apply_rules, lock_of
from backbeat.worker.attempt.judge import BrokenRecord, Judge, NoHandler
from backbeat.worker.attempt.locks import Go, JobLocks
from backbeat.worker.attempt.run import Run
from backbeat.worker.attempt.runs import Runs
from backbeat.worker.attempt.solitude import Alone
from backbeat.worker.attempt.stops import Stops
from backbeat.worker.handlers.routine import Refusal
from backbeat.worker.handlers.routines import AnyRoutine


class Launcher:
    """Starts the attempts of one queue."""

    def __init__(
        self,
        queue: str,
        routines: Mapping[str, AnyRoutine],
        runs: Runs,
        stops: Stops,
        locks: JobLocks,
        judge: Judge,
        deadlines: Deadlines,
        *,
        state: Any,
        kin: KinOf,
        home: Limits,
        alone: Alone | None,
    ) -> None:
        """Start nothing yet. Belongs to the running event loop.

        Args:
            queue: Name of the queue.
            routines: How the jobs of each handler are run, by its name.
            runs: What runs.
            stops: Ends what has to.
            locks: The locks that jobs need.
            judge: Knows which jobs may not have company.
            deadlines: The worker's timer.
            state: What handlers find in `job.state`.
            kin: Makes what a job of a flow can ask of the jobs around it.
            home: What handlers find limits in.
            alone: Lets those run alone that have lost their process repeatedly; None: they run as
                any other.
        """
        self._queue = queue
        self._routines = routines
        self._runs = runs
        self._stops = stops
        self._locks = locks
        self._judge = judge
        self._deadlines = deadlines
        self._state = state
        self._kin = kin
        self._home = home
        self._alone = alone
        self._loop = asyncio.get_running_loop()

    def launch(self, claim: Claim) -> None:
        """Start what was claimed."""
        at = self._loop.time()
        for job_id, record, run_text in claim.jobs:
            self._start(job_id, record, run_text, claim, at)

    def _start(self, job_id: str, record: bytes, run_text: bytes, claim: Claim, at: float) -> None:
        try:
            stored = decode_record(record)
            routine: AnyRoutine = self._routines.get(stored.name) or self._none(stored.name)
            if routine.terms.decrypts is not None:
                stored, routine = _decrypted(job_id, stored, routine)
        except (msgspec.MsgspecError, ValueError, IndexError) as error:
            stored, routine = _UNREADABLE, Refusal("?", BrokenRecord(f"no job: {error}"))
        runs, terms = self._runs, routine.terms
        run = Run(
            job_id, claim.ticket, stored, run_text, terms, runs, claim.now_ms,
            plain=is_plain(record),
        )  # fmt: skip
        run.job = Job(
            job_id, stored.name, self._queue, 1, terms.retry.attempts, claim.fence,
            stored.created_ms, runs, self._state, None, claim.ticket, 0, self._home,
        )  # fmt: skip
        if job_id in runs.running:
            self._stops.lose_one(job_id)
        runs.add(run)
        if terms.timeout is not None:
            run.deadline = at + terms.timeout
        go: Go = routine.run
        if run_text or stored.options or terms.particular:
            if not apply_rules(run, at, self._kin):
                runs.raised(run, TimeoutError(run.cause))
                return
            go = self._go(run, go)
        if run.deadline < self._deadlines.next:
            self._deadlines.watch(run.deadline)
        run.task = asyncio.Task(go(run), loop=self._loop, name=routine.title)
        if self._stops.early:
            self._stops.cancel_early(run)

    def _go(self, run: Run, go: Go) -> Go:
        """How a run goes: under its lock, or alone, where it has to."""
        if (lock := lock_of(run)) is not None:
            go = partial(self._locks.run, name=lock, on_lost=self._stops.unlocked, go=go)
        if run.run_text and self._alone is not None and self._judge.suspects(run):
            go = partial(self._alone.run, go=go)
        return go

    def _none(self, name: str) -> Refusal:
        known = ", ".join(sorted(self._routines)) or "none"
        text = f"queue {self._queue!r} has no handler {name!r} here; this worker knows: {known}"
        return Refusal(name, NoHandler(text))


def _decrypted(job_id: str, record: Record, routine: AnyRoutine) -> tuple[Record, AnyRoutine]:
    try:
        return decrypted_record(job_id, record, routine.terms.decrypts), routine
    except DecryptionError as error:
        return record, Refusal(record.name, error)


_UNREADABLE: Final = Record("?", 0, msgspec.Raw(b"null"))
