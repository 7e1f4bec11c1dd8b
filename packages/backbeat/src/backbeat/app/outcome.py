"""How jobs end, from the news about them to values and exceptions."""

from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from backbeat.app.info import (
    Failure,
    Progress,
    read_cancel_reason,
    read_failure,
    read_info,
    read_progress,
)
from backbeat.app.results import Result
from backbeat.engine.calls.read import Snapshot
from backbeat.engine.watch import Notice
from backbeat.errors import JobCancelled, JobError, JobFailed, ResultNotKept

R = TypeVar("R")

EventKind = Literal[
    "progress", "stale", "delayed", "completed", "failed", "cancelled", "removed", "unknown"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class JobEvent:
    """News of one job.

    Attributes:
        kind: progress, stale (it runs for longer than its `stale_after`) or delayed (it failed or
            put itself off, and will run again): more will follow. completed, failed, cancelled,
            removed, or unknown (it is not in the queue, and nobody kept how it ended): nothing
            follows.
        progress: What its handler said, for progress.
        result: What it gave, for completed.
        error: Why it failed, for failed.
        reason: Why it was cancelled, for cancelled.
    """

    kind: EventKind
    progress: Progress | None = None
    result: Any = None
    error: Failure | None = None
    reason: str | None = None


def read_event(job_id: str, notice: Notice, result: Result[Any]) -> JobEvent:
    """News as users see them."""
    kind = cast("EventKind", notice.kind)
    match kind:
        case "progress":
            return JobEvent(kind, progress=read_progress(notice.data))
        case "completed":
            return JobEvent(kind, result=result.decode(job_id, notice.data))
        case "failed":
            return JobEvent(kind, error=read_failure(notice.data))
        case "cancelled":
            return JobEvent(kind, reason=read_cancel_reason(notice.data))
        case _:
            return JobEvent(kind)


def read_result(job_id: str, notice: Notice, result: Result[R]) -> R:
    """What a job gave that has ended otherwise than by failing.

    Raises:
        JobCancelled: It was cancelled.
        ResultNotKept: Nobody kept how it ended.
        JobError: Its result is not of the declared type.
    """
    if notice.kind == "completed":
        return result.decode(job_id, notice.data)
    if notice.kind == "cancelled":
        raise JobCancelled(job_id, reason=read_cancel_reason(notice.data))
    raise ResultNotKept(job_id)


def failed(queue: str, job_id: str, notice: Notice, snapshot: Snapshot | None) -> JobError:
    """The error of a job that failed.

    Args:
        queue: Its queue.
        job_id: The job.
        notice: The news of its failure.
        snapshot: What is kept of it, for the number of attempts.
    """
    failure = read_failure(notice.data)
    attempts = failure.attempts
    if not attempts and snapshot is not None:
        attempts = read_info(queue, job_id, snapshot).attempts
    return JobFailed(job_id, error=failure.error, detail=failure.message, attempts=attempts)


def too_late(job_id: str, timeout: float | None) -> TimeoutError:
    """The error of a wait that was too short."""
    return TimeoutError(f"job {job_id} has not ended within {timeout} s; it goes on")
