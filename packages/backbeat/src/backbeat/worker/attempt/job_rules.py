"""The rules of one job: what it was enqueued with, and the rest as its handler says."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, cast

from backbeat.app.job_flow import KinOf
from backbeat.values import Backoff, Retry
from backbeat.worker.attempt.history import RunRecord
from backbeat.worker.attempt.run import Run, Stop
from backbeat.worker.attempt.terms import keep_flag

_FOREVER: Final = float("inf")


def apply_rules(run: Run, at: float, kin: KinOf) -> bool:
    """Give a run what its job brings along beyond the rules of its handler.

    Args:
        run: An attempt that is about to start.
        at: When it does, by the clock of the loop.
        kin: Makes what a job of a flow can ask of the jobs around it.

    Returns:
        False when it is over before it starts; `run.stop` and `run.cause` say why.
    """
    record, terms, job = run.record, run.terms, run.job
    past = record_of(run)
    job.attempt = past.fails + 1
    wait_ms = terms.wait_ms
    if (options := record.options) is not None:
        job.trace = options.trace
        if options.flow is not None:
            job.kin = kin(job, options.flow, past.snoozes)
        job.attempts = job.attempts if options.attempts is None else options.attempts
        wait_ms = wait_ms if options.wait_ms is None else options.wait_ms
        if options.timeout_ms is not None:
            run.deadline = at + options.timeout_ms / 1000
        if options.keep == 0 or options.keep_ms is not None:
            run.keep_flag = keep_flag(options.keep_ms or 0)
    life_left = (life_ends_ms(run) - run.started_ms) / 1000
    waited_ms = run.started_ms - max(record.created_ms, past.ready_ms)
    if life_left <= 0 or (wait_ms is not None and not past.starts and waited_ms > wait_ms):
        run.stop, run.cause = Stop.EXPIRED, f"it was not started within {waited_ms} ms"
        return False
    run.deadline = min(run.deadline, at + life_left)
    stale = terms.stale_after
    if options is not None and options.stale_ms is not None:
        stale = options.stale_ms / 1000
    if stale is not None and at + stale < run.deadline:
        run.limit, run.deadline = run.deadline, at + stale
    return True


def lock_of(run: Run) -> Callable[[], str] | None:
    """What names the lock that a job needs; None where it needs none."""
    own = None if run.record.options is None else run.record.options.lock
    if own is not None:
        return (lambda: own) if own else None
    rule = run.terms.lock
    return None if rule is None else partial(rule.of, run.payload)


def retry_of(run: Run) -> Retry:
    """The retry policy of a job: what it was enqueued with, the rest as its handler says."""
    declared = run.terms.retry
    options = run.record.options
    if options is None or (options.attempts is None and options.backoff is None):
        return declared
    attempts = declared.attempts if options.attempts is None else options.attempts
    stored = options.backoff
    if stored is None:
        return replace(declared, attempts=attempts)
    return replace(
        declared,
        attempts=attempts,
        backoff=cast("Backoff", stored.kind),
        delay=stored.delay_ms / 1000,
        factor=stored.factor,
        max_delay=stored.max_ms / 1000,
        jitter=stored.jitter,
        formula=None,
    )


def life_ends_ms(run: Run) -> float:
    """When the job's total time is over, by the server's clock; infinite when it has no bound."""
    options = run.record.options
    length_ms = run.terms.deadline_ms
    if options is not None and options.deadline_ms is not None:
        length_ms = options.deadline_ms
    return _FOREVER if length_ms is None else ready_ms(run) + length_ms


def ready_ms(run: Run) -> int:
    """From when on the job's waiting and living is counted: an operator may have begun it anew."""
    return max(run.record.created_ms, record_of(run).ready_ms)


def record_of(run: Run) -> RunRecord:
    """How often the job of a run came back before."""
    return RunRecord.read(run.run_text)
