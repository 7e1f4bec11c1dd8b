"""What a caller sees of a job: all of it, or all but what it carries; never a secret."""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from backbeat.app import Attempt, Failure, JobInfo, Progress
from backbeat.app.redaction import MARK, Redactor
from backbeat.gateway.service.encrypted import veiled


@dataclass(frozen=True, slots=True)
class Step:
    """One moment in the life of a job: when, what, and in which attempt; 0 for none."""

    at: datetime
    what: str
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as one caller sees it.

    Attributes:
        info: The job, without secrets; without what it carries where that may not be read.
        readable: Whether the caller may read what it carries.
        why: Why it is not running, in a sentence; None where it runs or has ended.
        logs: Its log lines, the oldest first; at most 1,000.
        timeline: What happened to it, in order.
    """

    info: JobInfo
    readable: bool
    why: str | None = None
    logs: tuple[str, ...] = ()
    timeline: tuple[Step, ...] = ()


def shown(info: JobInfo, redactor: Redactor, *, readable: bool) -> JobInfo:
    """A job as somebody sees it who may, or may not, read what it carries."""
    error = None if info.error is None else shown_failure(info.error, redactor, readable=readable)
    if not readable:
        return replace(
            info,
            arguments=None,
            result=None,
            progress=None,
            unique=MARK if info.unique else "",
            cancel_reason=None if info.cancel_reason is None else MARK,
            error=error,
            history=tuple(replace(each, message="", trace="") for each in info.history),
        )
    return replace(
        info,
        arguments=redactor.value(veiled(info.arguments)),
        result=redactor.value(veiled(info.result)),
        unique=redactor.text(info.unique),
        cancel_reason=None if info.cancel_reason is None else redactor.text(info.cancel_reason),
        progress=None if info.progress is None else _progress(info.progress, redactor),
        error=error,
        history=tuple(_attempt(each, redactor) for each in info.history),
    )


def shown_failure(error: Failure, redactor: Redactor, *, readable: bool) -> Failure:
    """Why a job failed, as somebody sees it who may, or may not, read what it carries."""
    if not readable:
        return msgspec.structs.replace(error, message="", trace="")
    return msgspec.structs.replace(
        error, message=redactor.text(error.message), trace=redactor.text(error.trace)
    )


def timeline(info: JobInfo) -> tuple[Step, ...]:
    """What happened to a job, in order; what lies ahead of it at the end."""
    steps = [Step(info.created_at, "added")]
    for each in info.history:
        steps.append(Step(each.started_at, "started", each.number))
        steps.append(Step(each.ended_at, each.outcome, each.number))
    if info.finished_at is not None:
        steps.append(Step(info.finished_at, info.state))
    steps.sort(key=lambda step: step.at)
    if info.due_at is not None:
        steps.append(Step(info.due_at, "due"))
    return tuple(steps)


def _progress(progress: Progress, redactor: Redactor) -> Progress:
    return Progress(redactor.value(progress.value), redactor.text(progress.message))


def _attempt(attempt: Attempt, redactor: Redactor) -> Attempt:
    return replace(
        attempt, message=redactor.text(attempt.message), trace=redactor.text(attempt.trace)
    )
