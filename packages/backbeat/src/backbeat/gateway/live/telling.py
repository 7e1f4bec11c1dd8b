"""From what happened to a job to what clients are told, in the fields that they know."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backbeat import State
from backbeat.app import Counts, JobInfo

Told = tuple[str, dict[str, Any]]

PROGRESS: Final = "job-progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known when something is told.

    Attributes:
        queue: The queue.
        job_id: The job.
        at_ms: When it happened.
        info: The job as it is now; None where it is gone.
        started_ms: When its last attempt began; None where nobody told.
        max_attempts: How often it may be tried; None where neither it nor a handler here says so.
        with_data: Whether results, progress and messages may be read.
    """

    queue: str
    job_id: str
    at_ms: int
    info: JobInfo | None
    started_ms: int | None
    max_attempts: int | None
    with_data: bool


def tell(kind: str, facts: Facts) -> list[Told]:
    """Names and fields for an entry of the stream; none where clients are not told of it.

    Args:
        kind: The kind of the entry.
        facts: What is known.
    """
    teller = _OF_KIND.get(kind)
    return [] if teller is None else [_complete(each, facts) for each in teller(facts)]


def describe(facts: Facts) -> list[Told]:
    """Names and fields for a job as it is, to begin with."""
    if facts.info is None:
        return [_complete(("job-unknown", {}), facts)]
    teller = _OF_STATE.get(facts.info.state, _waiting)
    return [_complete(each, facts) for each in teller(facts)]


def describe_queue(counts: Counts) -> dict[str, int]:
    """How many jobs are in each state."""
    return {
        "waiting": counts.waiting,
        "delayed": counts.delayed,
        "active": counts.active,
        "completed": counts.completed,
        "failed": counts.failed,
        "cancelled": counts.cancelled,
    }


def in_ms(moment: datetime | None) -> int | None:
    """A moment in ms since 1970."""
    return None if moment is None else round(moment.timestamp() * 1000)


def _complete(told: Told, facts: Facts) -> Told:
    name, fields = told
    return name, {
        "jobId": facts.job_id, **fields, "timestamp": facts.at_ms, "queue": facts.queue
    }  # fmt: skip


def _waiting(facts: Facts) -> Iterator[Told]:
    state = State.WAITING if facts.info is None else facts.info.state
    yield "job-waiting", {"state": state if state in _WAITS else State.WAITING}


def _started(facts: Facts) -> Iterator[Told]:
    if facts.info is not None and facts.info.attempts <= 1:
        created_ms = in_ms(facts.info.created_at) or facts.at_ms
        yield "job-queue-to-start", {"queueToStartTime": max(0, facts.at_ms - created_ms)}
    yield _active(facts)


def _running(facts: Facts) -> Iterator[Told]:
    yield _active(facts)
    yield from _progress(facts)


def _active(facts: Facts) -> Told:
    return "job-active", {"attempt": None if facts.info is None else facts.info.attempts}


def _progress(facts: Facts) -> Iterator[Told]:
    progress = None if facts.info is None else facts.info.progress
    if progress is not None:
        yield (
            PROGRESS,
            {
                "progress": progress.value if facts.with_data else None,
                "details": (progress.message or None) if facts.with_data else None,
            },
        )


def _completed(facts: Facts) -> Iterator[Told]:
    result = None if facts.info is None or not facts.with_data else facts.info.result
    started_ms, created_ms = facts.started_ms, None
    if facts.info is not None:
        created_ms = in_ms(facts.info.created_at)
    yield (
        "job-completed",
        {
            "result": result,
            "processingTime": None if started_ms is None else max(0, facts.at_ms - started_ms),
            "totalTime": None if created_ms is None else max(0, facts.at_ms - created_ms),
        },
    )


def _failed(facts: Facts) -> Iterator[Told]:
    yield (
        "job-failed",
        {
            "error": _error(facts),
            "attempts": None if facts.info is None else facts.info.attempts,
            "maxAttempts": facts.max_attempts,
        },
    )


def _error(facts: Facts) -> str | None:
    if facts.info is None:
        return None
    error, message = "", ""
    if facts.info.error is not None:
        error, message = facts.info.error.error, facts.info.error.message
    elif facts.info.history:  # it was retried since
        error, message = facts.info.history[-1].error, facts.info.history[-1].message
    return f"{error}: {message}" if message and facts.with_data else error


def _cancelled(facts: Facts) -> Iterator[Told]:
    reason = None if facts.info is None or not facts.with_data else facts.info.cancel_reason
    yield "job-cancelled", {"reason": reason}


def _named(name: str) -> Callable[[Facts], Iterator[Told]]:
    def teller(_facts: Facts) -> Iterator[Told]:
        yield name, {}

    return teller


_WAITS: Final = frozenset({State.WAITING, State.DELAYED, State.WAITING_CHILDREN})
_OF_KIND: Final[dict[str, Callable[[Facts], Iterator[Told]]]] = {
    "added": _waiting,
    "waiting": _waiting,
    "delayed": _waiting,
    "retried": _waiting,
    "active": _started,
    "progress": _progress,
    "stalled": _named("job-stalled"),
    "completed": _completed,
    "failed": _failed,
    "cancelled": _cancelled,
    "removed": _named("job-removed"),
}
_OF_STATE: Final[dict[State, Callable[[Facts], Iterator[Told]]]] = {
    State.ACTIVE: _running,
    State.COMPLETED: _completed,
    State.FAILED: _failed,
    State.CANCELLED: _cancelled,
}
