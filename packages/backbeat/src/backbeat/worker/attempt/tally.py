"""Counts what a worker's attempts do, by handler, until it is written down."""

from collections.abc import Iterable
from typing import Final

from backbeat.engine.calls.measure import LAST_BUCKET, OTHER, bucket_of
from backbeat.worker.attempt.run import Run

_BUCKETS: Final = LAST_BUCKET + 1


class HandlerTally:
    """What was counted of one handler since the last time.

    Attributes:
        started: Attempts that started.
        completed: Jobs that completed.
        failed: Jobs that failed for good.
        cancelled: Jobs that were cancelled.
        retried: Attempts that failed and are tried again.
    """

    __slots__ = (
        "cancelled", "completed", "failed", "retried", "run_ms", "runs", "started", "wait_ms",
        "waits",
    )  # fmt: skip

    def __init__(self) -> None:
        self.started = self.completed = self.failed = self.cancelled = self.retried = 0
        self.wait_ms = self.run_ms = 0
        self.waits = [0] * _BUCKETS
        self.runs = [0] * _BUCKETS

    @property
    def empty(self) -> bool:
        """Whether nothing was counted."""
        return not (self.started or any(self.runs))

    @property
    def numbers(self) -> tuple[int, ...]:
        """All of it, in the order of a row; see `Row`."""
        return (
            self.started, self.completed, self.failed, self.cancelled, self.retried,
            self.wait_ms, *self.waits, self.run_ms, *self.runs,
        )  # fmt: skip


class Tally:
    """What was counted of the handlers of one queue since the last time."""

    def __init__(self, handlers: Iterable[str]) -> None:
        """Count nothing yet.

        Args:
            handlers: Those that run here; jobs of all others count as "other".
        """
        self._names = (*handlers, OTHER)
        self._of = {name: HandlerTally() for name in self._names}
        self._other = self._of[OTHER]

    def take(self) -> dict[str, tuple[int, ...]]:
        """What was counted, by handler, and count from zero."""
        taken, self._of = self._of, {name: HandlerTally() for name in self._names}
        self._other = self._of[OTHER]
        return {name: each.numbers for name, each in taken.items() if not each.empty}

    def started(self, run: Run) -> None:
        """An attempt starts."""
        tally = self._of.get(run.record.name, self._other)
        tally.started += 1
        if run.run_text:
            return  # it came back: what it waited for since then is not known here
        ms = run.started_ms - run.record.created_ms
        if ms > 1:
            tally.wait_ms += ms
        tally.waits[bucket_of(ms)] += 1

    def completed(self, run: Run, now_ms: int) -> None:
        """A job is completed."""
        self._ended(run, now_ms).completed += 1

    def failed(self, run: Run, now_ms: int) -> None:
        """A job failed for good."""
        self._ended(run, now_ms).failed += 1

    def cancelled(self, run: Run, now_ms: int) -> None:
        """A job was cancelled."""
        self._ended(run, now_ms).cancelled += 1

    def retried(self, run: Run, now_ms: int) -> None:
        """An attempt failed, and is tried again."""
        self._ended(run, now_ms).retried += 1

    def _ended(self, run: Run, now_ms: int) -> HandlerTally:
        tally = self._of.get(run.record.name, self._other)
        ms = now_ms - run.started_ms
        if ms > 1:
            tally.run_ms += ms
        tally.runs[bucket_of(ms)] += 1
        return tally
