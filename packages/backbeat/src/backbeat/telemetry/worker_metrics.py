"""Every metric that a worker exposes of itself, on a port of its own."""

from typing import Final

from backbeat.telemetry.metrics import HandlerMetrics, Metric

PROCESSES: Final = Metric(
    "backbeat_worker_processes",
    "gauge",
    ("state",),
    "Processes that are ready, or not yet or no more.",
)
REPLACED: Final = Metric(
    "backbeat_worker_processes_replaced_total", "counter", (),
    "Processes that ended unasked, or were worn out, and were replaced.",
)  # fmt: skip
RESIDENT: Final = Metric(
    "backbeat_worker_process_resident_bytes", "gauge", ("process",), "Memory of a process in RAM."
)
CPU: Final = Metric(
    "backbeat_worker_process_cpu_seconds_total", "counter", ("process",),
    "Processor time that a process has used.",
)  # fmt: skip
SILENCE: Final = Metric(
    "backbeat_worker_process_loop_silence_seconds", "gauge", ("process",),
    "How long ago its event loop turned last.",
)  # fmt: skip
LEASES: Final = Metric(
    "backbeat_worker_leases", "gauge", ("queue",), "Leases that its processes hold."
)
STARTED: Final = Metric(
    "backbeat_worker_attempts_started_total", "counter", ("queue", "handler"),
    "Attempts that its processes started.",
)  # fmt: skip
ENDED: Final = Metric(
    "backbeat_worker_attempts_ended_total", "counter", ("queue", "handler", "outcome"),
    "Attempts of its processes that completed, failed for good, were cancelled, or are retried.",
)  # fmt: skip
WAITS: Final = Metric(
    "backbeat_worker_job_wait_seconds", "histogram", ("queue", "handler"),
    "From enqueue to the first start of a job, of those that it started.",
)  # fmt: skip
RUNS: Final = Metric(
    "backbeat_worker_attempt_run_seconds", "histogram", ("queue", "handler"),
    "From the start of an attempt to its end, of its attempts.",
)  # fmt: skip

OF_HANDLERS: Final = HandlerMetrics(STARTED, ENDED, WAITS, RUNS)

# In the order of the exposition.
WORKER_METRICS: Final = (
    PROCESSES, REPLACED, RESIDENT, CPU, SILENCE, LEASES, STARTED, ENDED, WAITS, RUNS,
)  # fmt: skip
