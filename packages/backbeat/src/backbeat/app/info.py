"""Everything that is known about one job, read for people."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from backbeat.app.times import moment
from backbeat.engine.calls.read import Listed, Snapshot
from backbeat.engine.record import Record, decode_record
from backbeat.engine.states import NO_TIME_MS, TERMINAL, Reason, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backbeat.app.policy import Policy


class HasPolicy(Protocol):
    """A handler, as much of it as is asked for here."""

    @property
    def policy(self) -> "Policy":
        """How its jobs run."""
        ...


class Failure(msgspec.Struct, frozen=True):
    """Why a job failed.

    Attributes:
        error: Type of the error.
        message: Its words.
        reason: Why there is no further attempt: exhausted, permanent, timeout, stalled, expired...
        trace: Where it was raised.
        attempts: Attempts made; 0 where nobody counted.
        fingerprint: What it has in common with others of its kind; see `Queue.dead`.
    """

    error: str = ""
    message: str = ""
    reason: str = ""
    trace: str = ""
    attempts: int = 0
    fingerprint: str = ""


class Progress(msgspec.Struct, frozen=True):
    """How far a job is.

    Attributes:
        value: A number, by custom percent, or an object.
        message: A few words for people.
    """

    value: Any = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One ended attempt.

    Attributes:
        number: Which, from 1.
        worker: Who ran it.
        started_at: When it began.
        ended_at: When it ended.
        outcome: failed, snoozed, released, stalled, cancelled or completed.
        error: Type of the error, if there was one.
        message: Its words.
        trace: Where it was raised.
    """

    number: int
    worker: str
    started_at: datetime
    ended_at: datetime
    outcome: str
    error: str = ""
    message: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobInfo:
    """A job as it was when asked for.

    Attributes:
        id: Its id.
        name: Name of its handler.
        queue: Name of its queue.
        state: Where it is.
        reason: Why it waits or is delayed; None in other states.
        priority: 0 to 10, larger is more urgent.
        unique: The key under which no second job is taken; empty for none.
        group: Group in whose line it stands; empty for none.
        flow: Home and id of the flow that it belongs to; None for none.
        created_at: When it was enqueued.
        due_at: When it may start, while it is delayed.
        finished_at: When it ended.
        attempts: Attempts that were started, the running one included.
        failures: How many of them failed.
        max_attempts: How many it may have, where it brings that along; None: as its handler says.
        arguments: What it was enqueued with, as plain JSON values.
        result: What it gave, as plain JSON values, once it is completed.
        error: Why it failed, once it has.
        cancel_reason: Why it was cancelled, or is to be.
        progress: What its handler said last.
        stale_since: When it was announced that it runs for longer than its `stale_after`; None
            while it does not.
        history: Its ended attempts that are recorded, the oldest first.
    """

    id: str
    name: str
    queue: str
    state: State
    reason: Reason | None = None
    priority: int
    unique: str = ""
    group: str = ""
    flow: tuple[str, str] | None = None
    created_at: datetime
    due_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: int = 0
    failures: int = 0
    max_attempts: int | None = None
    arguments: Any
    result: Any = None
    error: Failure | None = None
    cancel_reason: str | None = None
    progress: Progress | None = None
    stale_since: datetime | None = None
    history: tuple[Attempt, ...] = ()

    def attempts_allowed(self, handlers: "Mapping[str, HasPolicy]") -> int | None:
        """How many attempts it may have: its own number, else that of its handler.

        Args:
            handlers: Those of its queue, as `queue.handlers`.

        Returns:
            The number; None where it brings none and its handler is not among these.
        """
        if self.max_attempts is not None:
            return self.max_attempts
        handler = handlers.get(self.name)
        return None if handler is None else handler.policy.retry.attempts


def read_info(queue: str, job_id: str, snapshot: Snapshot) -> JobInfo:
    """A job from all that the server keeps of it."""
    record, state = decode_record(snapshot.record), snapshot.state
    starts, failures = _run(snapshot.run)
    history = _history(snapshot.history)
    error = read_failure(snapshot.result) if state is State.FAILED else None
    attempts = _attempts(state, starts, history, error)
    if error is not None and attempts > starts:
        # The last attempt did not come back: it is counted with its error.
        failures += 1
    return JobInfo(
        id=job_id,
        name=record.name,
        queue=queue,
        state=state,
        reason=snapshot.reason,
        priority=record.priority,
        group=record.group,
        flow=_flow(record),
        created_at=moment(record.created_ms),
        due_at=_when(snapshot.score, state is State.DELAYED),
        unique=record.unique.partition("|")[2],
        finished_at=_when(snapshot.score, state in TERMINAL),
        attempts=attempts,
        failures=failures,
        max_attempts=None if record.options is None else record.options.attempts,
        arguments=msgspec.json.decode(record.payload),
        result=_result(snapshot),
        error=error,
        cancel_reason=_cancel_reason(snapshot),
        progress=read_progress(snapshot.progress) if snapshot.progress else None,
        stale_since=_stale_since(snapshot.state, snapshot.score, snapshot.run),
        history=history,
    )


def read_listed(queue: str, state: State, listed: Listed) -> JobInfo:
    """A job from a page of jobs: without result, progress and history."""
    record: Record = decode_record(listed.record)
    return JobInfo(
        id=listed.id,
        name=record.name,
        queue=queue,
        state=state,
        priority=record.priority,
        unique=record.unique.partition("|")[2],
        group=record.group,
        flow=_flow(record),
        created_at=moment(record.created_ms),
        due_at=_when(listed.score, state is State.DELAYED),
        finished_at=_when(listed.score, state in TERMINAL),
        max_attempts=None if record.options is None else record.options.attempts,
        arguments=msgspec.json.decode(record.payload),
        stale_since=_stale_since(state, listed.score, listed.run),
    )


def read_failure(result: bytes) -> Failure:
    """Why a job failed."""
    return _failure.decode(result or b"{}")


def read_cancel_reason(result: bytes) -> str:
    """Why a job was cancelled."""
    return _cancelled.decode(result or b"{}").reason


def read_progress(progress: bytes) -> Progress:
    """How far a job is."""
    return _progress.decode(progress)


class _Cancelled(msgspec.Struct):
    reason: str = ""


class _Line(msgspec.Struct):
    """A line of the history, as the worker writes it."""

    attempt: int = 0
    worker: str = ""
    started: int = 0
    ended: int = 0
    outcome: str = ""
    error: str | None = None
    message: str | None = None
    trace: str | None = None


def _run(run: bytes) -> tuple[int, int]:
    """Attempts that were started and put back, and how many of them failed."""
    starts, failures, *_ = (run or b"0:0").split(b":")
    return int(starts), int(failures)


def _attempts(
    state: State, starts: int, history: tuple[Attempt, ...], error: Failure | None
) -> int:
    """The run record counts attempts that came back or failed, not one that runs or went well."""
    if state in {State.ACTIVE, State.COMPLETED}:
        return starts + 1
    ended = history[-1].number if history else 0
    return max(starts, ended, 0 if error is None else error.attempts)


def _stale_since(state: State, ticket: int | None, run: bytes) -> datetime | None:
    """The run record names the attempt that is stale: it is only news while that one runs."""
    named = run.split(b":")[7:]
    if state is not State.ACTIVE or not named or int(named[0] or 0) != ticket:
        return None
    return moment(int(named[1]))


def _flow(record: Record) -> tuple[str, str] | None:
    flow = None if record.options is None else record.options.flow
    return None if flow is None else (flow[0].partition("/")[0], flow[1])


def _when(score: int | None, applies: bool) -> datetime | None:
    return moment(score) if applies and score not in {None, NO_TIME_MS} else None


def _result(snapshot: Snapshot) -> Any:
    if snapshot.state is not State.COMPLETED or not snapshot.result:
        return None
    return msgspec.json.decode(snapshot.result)


def _cancel_reason(snapshot: Snapshot) -> str | None:
    if snapshot.state is State.CANCELLED:
        return read_cancel_reason(snapshot.result)
    return snapshot.cancel_reason


def _history(lines: bytes) -> tuple[Attempt, ...]:
    return tuple(_attempt(_line.decode(line)) for line in lines.splitlines() if line)


def _attempt(line: _Line) -> Attempt:
    return Attempt(
        number=line.attempt,
        worker=line.worker,
        started_at=moment(line.started),
        ended_at=moment(line.ended),
        outcome=line.outcome,
        error=line.error or "",
        message=line.message or "",
        trace=line.trace or "",
    )


_failure: Final = msgspec.json.Decoder(Failure)
_progress: Final = msgspec.json.Decoder(Progress)
_cancelled: Final = msgspec.json.Decoder(_Cancelled)
_line: Final = msgspec.json.Decoder(_Line)
