"""Every metric that a worker exposes of itself, on a port of its own."""

from typing import Final

from backbeat.telemetry.metrics import Metric, handler_metrics

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
OF_HANDLERS: Final = handler_metrics("backbeat_worker", ", in its processes")

# In the order of the exposition.
WORKER_METRICS: Final = (
    PROCESSES, REPLACED, RESIDENT, CPU, SILENCE, LEASES, *OF_HANDLERS.all,
)  # fmt: skip
