"""What became of an attempt that a test ran."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from backbeat.app.times import moment
from backbeat.engine.calls.tick import Claim, Outcomes
from backbeat.engine.record import decode_record
from backbeat.lua import Arg
from backbeat.worker.attempt.history import RunRecord

Outcome = Literal[
    "completed",
    "failed",
    "cancelled",
    "retried",
    "snoozed",
    "throttled",
    "released",
    "stalled",
    "waits",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One attempt that `drain` ran, and what became of it.

    Attributes:
        id: Id of the job.
        name: Name of its handler.
        queue: Name of its queue.
        attempt: Which attempt it was, from 1.
        outcome: How it ended: "completed", "failed" (for good), "cancelled"; or why the job runs
            again: "retried", "snoozed", "throttled", "released", "stalled", "waits" (for its
            children).
        result: What the handler returned, as plain JSON values.
        error: Type and words of the error, or the reason of a cancel; empty when there is none.
        due_at: When the job runs again, if it was delayed.
    """

    id: str
    name: str
    queue: str
    attempt: int
    outcome: Outcome
    result: Any = None
    error: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """An attempt that was claimed and has not ended."""

    name: str
    attempt: int


def started(claim: Claim) -> Iterator[tuple[str, Started]]:
    """The attempts of a claim by job id."""
    for job_id, record, run in claim.jobs:
        yield job_id, Started(_name(record), RunRecord.read(run).fails + 1)


def ended(queue: str, attempts: dict[str, Started], outcomes: Outcomes) -> Iterator[Ran]:
    """What became of the attempts of these outcomes; takes them out of `attempts`."""

    def ran(job_id: Arg, outcome: Outcome, line: "_Line", **more: Any) -> Ran:
        begun = attempts.pop(str(job_id))
        return Ran(
            id=str(job_id), name=begun.name, queue=queue, attempt=begun.attempt,
            outcome=outcome, error=line.words, **more,
        )  # fmt: skip

    for job_id, _ in _rows(outcomes.done, 2):
        yield ran(job_id, "completed", _NO_LINE)
    for job_id, _, result in _rows(outcomes.results, 3):
        yield ran(job_id, "completed", _NO_LINE, result=msgspec.json.decode(_raw(result)))
    for job_id, _, due_ms, _, history in _rows(outcomes.returns, 5):
        if not history:
            # It only asked whether it may start: that is no attempt.
            del attempts[str(job_id)]
            continue
        line = _read_line(_raw(history))
        yield ran(
            job_id,
            _AGAIN[line.outcome],
            line,
            due_at=moment(int(due_ms)) if int(due_ms) > 0 else None,
        )
    for job_id, _, state, _, history, _ in _rows(outcomes.ends, 6):
        line = _read_line(_raw(history))
        yield ran(job_id, "cancelled" if state == "cancelled" else "failed", line)


class _Line(msgspec.Struct):
    """What is read of a line of a job's history."""

    outcome: str = ""
    error: str = ""
    message: str = ""

    @property
    def words(self) -> str:
        return ": ".join(part for part in (self.error, self.message) if part)


_AGAIN: Final[dict[str, Outcome]] = {
    "failed": "retried", "snoozed": "snoozed", "released": "released", "stalled": "stalled",
    "waits": "waits", "throttled": "throttled",
}  # fmt: skip
_NO_LINE: Final = _Line()
_read_line: Final = msgspec.json.Decoder(_Line).decode


def _rows(flat: Sequence[Arg], width: int) -> Iterator[Sequence[Arg]]:
    for start in range(0, len(flat), width):
        yield flat[start : start + width]


def _raw(value: Arg) -> bytes:
    assert isinstance(value, bytes)
    return value


def _name(record: bytes) -> str:
    try:
        return decode_record(record).name
    except (msgspec.MsgspecError, ValueError, IndexError):
        return "?"
