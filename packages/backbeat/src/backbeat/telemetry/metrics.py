"""Every metric by name: what it is called, what kind it is, which labels it has."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["gauge", "counter", "histogram"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric family.

    Attributes:
        name: As it stands in the exposition; of a counter with `_total`.
        kind: What it is.
        labels: Names of its labels.
        about: What it says.
    """

    name: str
    kind: Kind
    labels: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class HandlerMetrics:
    """The metrics that there are for each handler.

    Attributes:
        started: Attempts that started.
        ended: Attempts that ended, by outcome.
        waits: From enqueue to the first start.
        runs: From start to end of an attempt.
    """

    started: Metric
    ended: Metric
    waits: Metric
    runs: Metric


JOBS: Final = Metric("backbeat_jobs", "gauge", ("queue", "state"), "Jobs in a state, now.")
BACKLOG_AGE: Final = Metric(
    "backbeat_backlog_age_seconds", "gauge", ("queue",), "How long the next job has waited."
)
WORKERS: Final = Metric(
    "backbeat_workers", "gauge", ("queue",), "Workers that hold a lease on the queue."
)
PAUSED: Final = Metric("backbeat_queue_paused", "gauge", ("queue",), "1 while it is paused.")
ENDED: Final = Metric(
    "backbeat_jobs_ended_total", "counter", ("queue", "outcome"), "Jobs that ended."
)
STALLED: Final = Metric(
    "backbeat_attempts_stalled_total", "counter", ("queue",), "Attempts lost with their worker."
)
EXPIRED: Final = Metric(
    "backbeat_leases_expired_total", "counter", ("queue",), "Workers whose lease ran out."
)
STARTED: Final = Metric(
    "backbeat_attempts_started_total", "counter", ("queue", "handler"), "Attempts that started."
)
OUTCOMES: Final = Metric(
    "backbeat_attempts_ended_total", "counter", ("queue", "handler", "outcome"),
    "Attempts that completed, failed for good, were cancelled, or failed and are retried.",
)  # fmt: skip
WAITS: Final = Metric(
    "backbeat_job_wait_seconds", "histogram", ("queue", "handler"),
    "From enqueue to the first start of a job.",
)  # fmt: skip
RUNS: Final = Metric(
    "backbeat_attempt_run_seconds", "histogram", ("queue", "handler"),
    "From the start of an attempt to its end.",
)  # fmt: skip
SCRIPTS: Final = Metric(
    "backbeat_server_scripts_total", "counter", ("server",), "Scripts that a server has run."
)
SCRIPT_SECONDS: Final = Metric(
    "backbeat_server_script_seconds_total", "counter", ("server",), "Time that its scripts took."
)
MEMORY: Final = Metric("backbeat_server_memory_bytes", "gauge", ("server",), "Memory in use.")

OF_HANDLERS: Final = HandlerMetrics(STARTED, OUTCOMES, WAITS, RUNS)

# In the order of the exposition.
METRICS: Final = (
    JOBS, BACKLOG_AGE, WORKERS, PAUSED, ENDED, STALLED, EXPIRED, STARTED, OUTCOMES, WAITS, RUNS,
    SCRIPTS, SCRIPT_SECONDS, MEMORY,
)  # fmt: skip
