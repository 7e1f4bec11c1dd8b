"""What the log says of attempts."""

import logging

from backbeat.worker.attempt.run import Run, Stop
from backbeat.worker.attempt.verdict import Ended, PutBack, Verdict

logger = logging.getLogger("backbeat.worker.runs")


def log_verdict(run: Run, verdict: Verdict, error: BaseException) -> None:
    """Say what becomes of a job whose attempt raised or was stopped."""
    if isinstance(verdict, PutBack):
        level, what = logging.WARNING, "goes back"
    elif isinstance(verdict, Ended) and verdict.state == "failed":
        level, what = logging.ERROR, "failed"
    else:
        level, what = logging.INFO, "was cancelled"
    if run.stop is Stop.RELEASE:
        level = logging.INFO
    # What a stopped run raises is our own doing: its traceback says nothing.
    trace = error if level == logging.ERROR and run.stop is None else None
    logger.log(
        level,
        "%s %s in attempt %d of %d: %s",
        run.label,
        what,
        run.job.attempt,
        run.job.attempts,
        run.cause or f"{type(error).__name__}: {error}",
        exc_info=trace,
        extra=facts(run),
    )


def facts(run: Run) -> dict[str, object]:
    """What JSON lines about an attempt bear beside their text."""
    job = run.job
    return {"job": job.id, "handler": job.name, "queue": job.queue, "attempt": job.attempt}
