"""What becomes of a job when an attempt has ended, and how the next tick is told."""

from dataclasses import dataclass

from backbeat.engine.calls.tick import EndState, Outcomes
from backbeat.worker.attempt.history import RunRecord
from backbeat.worker.attempt.run import Run


@dataclass(frozen=True, slots=True)
class Completed:
    """The job is done."""

    result: bytes | None


@dataclass(frozen=True, slots=True)
class PutBack:
    """The job runs again: at `due_ms`, or at once and first when that is 0."""

    due_ms: int
    run_record: RunRecord
    line: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """The job ends without having been completed."""

    state: EndState
    result: bytes
    line: bytes
    run_record: RunRecord


Verdict = Completed | PutBack | Ended


def tell(outcomes: Outcomes, run: Run, verdict: Verdict) -> None:
    """Have the next tick tell a verdict.

    Args:
        outcomes: What the next tick tells.
        run: The attempt that has ended.
        verdict: What becomes of its job.
    """
    match verdict:
        case Completed():
            outcomes.finish(run.id, run.ticket, verdict.result, plain=run.plain)
        case PutBack():
            record = str(verdict.run_record)
            outcomes.put_back(
                run.id, run.ticket, verdict.due_ms, record, verdict.line, plain=run.plain
            )
        case Ended():
            outcomes.end(
                run.id, run.ticket, verdict.state, verdict.result, verdict.line,
                str(verdict.run_record), plain=run.plain,
            )  # fmt: skip
    if run.keep_flag and not isinstance(verdict, PutBack):
        outcomes.keep_rule(run.id, run.keep_flag)
