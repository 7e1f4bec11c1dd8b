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

    @property
    def all(self) -> tuple[Metric, ...]:
        """All of them, in the order of the exposition."""
        return (self.started, self.ended, self.waits, self.runs)


def handler_metrics(prefix: str, where: str = "") -> HandlerMetrics:
    """Those that have a prefix: the store counts them for all workers, a worker for itself.

    Args:
        prefix: How their names begin.
        where: What their descriptions end with. Defaults to nothing.
    """
    labels = ("queue", "handler")
    return HandlerMetrics(
        started=Metric(
            f"{prefix}_attempts_started_total", "counter", labels, f"Attempts that started{where}."
        ),
        ended=Metric(
            f"{prefix}_attempts_ended_total", "counter", (*labels, "outcome"),
            "Attempts that completed, failed for good, were cancelled, or failed and are"
            f" retried{where}.",
        ),
        waits=Metric(
            f"{prefix}_job_wait_seconds", "histogram", labels,
            f"From enqueue to the first start of a job{where}.",
        ),
        runs=Metric(
            f"{prefix}_attempt_run_seconds", "histogram", labels,
            f"From the start of an attempt to its end{where}.",
        ),
    )  # fmt: skip


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
SCRIPTS: Final = Metric(
    "backbeat_server_scripts_total", "counter", ("server",), "Scripts that a server has run."
)
SCRIPT_SECONDS: Final = Metric(
    "backbeat_server_script_seconds_total", "counter", ("server",), "Time that its scripts took."
)
MEMORY: Final = Metric("backbeat_server_memory_bytes", "gauge", ("server",), "Memory in use.")

OF_HANDLERS: Final = handler_metrics("backbeat")

# In the order of the exposition.
METRICS: Final = (
    JOBS, BACKLOG_AGE, WORKERS, PAUSED, ENDED, STALLED, EXPIRED, *OF_HANDLERS.all,
    SCRIPTS, SCRIPT_SECONDS, MEMORY,
)  # fmt: skip
