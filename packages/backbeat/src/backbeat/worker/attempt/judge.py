"""How an attempt ended, and what that means for its job: pure, no server and no clock.

The fast way, a job that returned nothing and has nothing to tidy up, does not come by here.
"""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from backbeat.engine.calls.control import MOST_REASON
from backbeat.engine.calls.tick import AFTER_CHILDREN
from backbeat.errors import DecryptionError, InvalidPayload, KeyNotFound, Permanent, Throttled
from backbeat.values import Cancel, Retry, Snooze, WaitForChildren, seconds
from backbeat.worker.attempt.history import Ending, Failure, Line, RunRecord
from backbeat.worker.attempt.job_rules import life_ends_ms, record_of, retry_of
from backbeat.worker.attempt.run import Run, Stop
from backbeat.worker.attempt.verdict import Completed, Ended, PutBack, Verdict
from backbeat.worker.pools.frames import Raised
from backbeat.worker.pools.processes import ProcessDied

# A worker of another release may know the handler: it gets this many chances.
NO_HANDLER_TRIES: Final = 3
NO_HANDLER_SECONDS: Final = 2.0

# One is often nobody's fault: a machine that went down, a kill by hand. See `blame.lua`.
_CRASHES_IN_COMPANY: Final = 2


class NoHandler(Exception):
    """This worker has no handler of that name."""


class BrokenRecord(Exception):
    """What the queue holds for this id is no job."""


class RemoteError(Exception):
    """A handler in a process slot raised; carries its error as text.

    Attributes:
        raised: The error.
    """

    def __init__(self, raised: Raised) -> None:
        self.raised = raised
        super().__init__(f"{raised.error}: {raised.message}")


@dataclass(frozen=True, slots=True)
class Encoded:
    """A result that is JSON already."""

    result: bytes | None


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides what an ending means.

    Attributes:
        worker: Name of this worker, for the history.
        max_stalled: How often a job may lose its process before it fails.
    """

    worker: str
    max_stalled: int

    def suspects(self, run: Run) -> bool:
        """Whether a job that came back has lost so many processes that it has to run alone.

        One that has a process of its own always does.
        """
        crashes = record_of(run).crashes
        return crashes >= min(_CRASHES_IN_COMPANY, self.max_stalled) and not run.terms.own_process

    def value(self, run: Run, value: Any, now_ms: int) -> Verdict:
        """The handler returned.

        Args:
            run: The attempt.
            value: What it returned.
            now_ms: The time, by the server's clock.
        """
        match value:
            case Snooze():
                due_ms = now_ms + round(seconds(value.delay) * 1000)
                return self._back(run, now_ms, "snoozed", record_of(run).snoozed(), due_ms)
            case WaitForChildren():
                record = record_of(run).waited()
                return self._back(run, now_ms, "waits", record, AFTER_CHILDREN)
            case Cancel():
                return self._cancelled(run, value.reason, now_ms)
            case Throttled():
                return self._throttled(run, value, now_ms)
            case Encoded():
                return Completed(run.encrypt(value.result))
        return Completed(run.encode(value))

    def error(self, run: Run, error: BaseException, now_ms: int) -> Verdict:
        """The handler raised, or was stopped.

        Args:
            run: The attempt.
            error: What it raised; what a stopped run raises does not matter.
            now_ms: The time, by the server's clock.
        """
        match run.stop:
            case Stop.CANCEL:
                return self._cancelled(run, run.cause, now_ms)
            case Stop.RELEASE | Stop.LOST | Stop.UNLOCKED:
                return self._back(run, now_ms, "released", record_of(run).released(), 0)
            case Stop.TIMEOUT:
                return self._failed(run, TimeoutError(run.cause), "timeout", now_ms)
            case Stop.EXPIRED:
                return self._final(run, Failure("Expired", run.cause), "expired", now_ms)
        match error:
            case NoHandler() | KeyNotFound() if record_of(run).unhandled < NO_HANDLER_TRIES:
                due_ms, record = now_ms + round(NO_HANDLER_SECONDS * 1000), record_of(run)
                return self._back(run, now_ms, "snoozed", record.put_off_unhandled(), due_ms, error)
            case NoHandler():
                return self._final(run, Failure.of(error), "no handler", now_ms)
            case DecryptionError():
                return self._final(run, Failure.of(error), "encrypted", now_ms)
            case BrokenRecord():
                return self._final(run, Failure.of(error), "broken", now_ms)
            case ProcessDied():
                return self._crashed(run, error, now_ms)
            case Throttled():
                return self._throttled(run, error, now_ms)
        return self._failed(run, error, "exhausted", now_ms)

    def hopeless(self, run: Run, error: Exception, now_ms: int) -> Ended:
        """What becomes of the job cannot be decided: its own retry formula fails, say."""
        return self._final(run, Failure.of(error), "permanent", now_ms)

    def _failed(self, run: Run, error: BaseException, reason: str, now_ms: int) -> Verdict:
        record = record_of(run).failed()
        retry = retry_of(run)
        if not _repeats(retry, error):
            return self._final(run, _describe(error), "permanent", now_ms)
        if record.fails >= retry.attempts:
            return self._final(run, _describe(error), reason, now_ms)
        due_ms = now_ms + round(retry.wait(record.fails) * 1000)
        if due_ms > life_ends_ms(run):
            return self._final(run, _describe(error), "expired", now_ms)
        return self._back(run, now_ms, "failed", record, due_ms, error)

    def _crashed(self, run: Run, error: ProcessDied, now_ms: int) -> Verdict:
        record = record_of(run).crashed()
        if record.crashes > self.max_stalled:
            return self._final(run, Failure.of(error), "stalled", now_ms)
        return self._back(run, now_ms, "stalled", record, 0, error)

    def _throttled(self, run: Run, error: Throttled, now_ms: int) -> PutBack:
        due_ms = now_ms + round(seconds(error.retry_after) * 1000)
        return self._back(run, now_ms, "throttled", record_of(run).throttled(), due_ms)

    def _cancelled(self, run: Run, reason: str, now_ms: int) -> Ended:
        reason = reason[:MOST_REASON]
        line = self._line(run, now_ms, "cancelled", Failure("", reason))
        result = msgspec.json.encode({"reason": reason})
        return Ended("cancelled", result, line, record_of(run).released())

    def _final(self, run: Run, failure: Failure, reason: str, now_ms: int) -> Ended:
        line = self._line(run, now_ms, "failed", failure)
        record = record_of(run)
        record = record.crashed() if reason == "stalled" else record.failed()
        return Ended(
            "failed", failure.as_result(run.record.name, reason, record.starts), line, record
        )

    def _back(
        self,
        run: Run,
        now_ms: int,
        outcome: Ending,
        record: RunRecord,
        due_ms: int,
        error: BaseException | None = None,
    ) -> PutBack:
        failure = Failure("", "") if error is None else _describe(error)
        return PutBack(due_ms, record, self._line(run, now_ms, outcome, failure, due_ms))

    def _line(
        self, run: Run, now_ms: int, outcome: Ending, failure: Failure, due_ms: int = 0
    ) -> bytes:
        return Line(
            attempt=run.job.attempt,
            worker=self.worker,
            started=run.started_ms,
            ended=now_ms,
            outcome=outcome,
            due=due_ms,
            error=failure.error,
            message=failure.message,
            trace=failure.trace,
        ).encode()


def _repeats(retry: Retry, error: BaseException) -> bool:
    if isinstance(error, Permanent | InvalidPayload):
        return False
    if isinstance(error, RemoteError):
        return error.raised.retryable
    # Asked as if nothing had failed yet: what is asked here is only the type.
    return retry.retries(error, 0)


def _describe(error: BaseException) -> Failure:
    if isinstance(error, RemoteError):
        raised = error.raised
        return Failure(raised.error, raised.message, raised.trace)
    return Failure.of(error)
