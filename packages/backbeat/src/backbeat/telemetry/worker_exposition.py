"""What a worker says of itself and its processes, as the text that Prometheus reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backbeat.telemetry import worker_metrics as metrics
from backbeat.telemetry.families import Families
from backbeat.telemetry.figures import HandlerFigures
from backbeat.telemetry.worker_metrics import OF_HANDLERS, WORKER_METRICS


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """How one process is.

    Attributes:
        place: Its place among the processes, from 0: that of the one that it replaces.
        ready: Whether it takes jobs.
        resident: Bytes in RAM.
        cpu: Seconds of processor time, as it said last; None before it has said so.
        silence: Seconds since its event loop turned last.
    """

    place: int
    ready: bool
    resident: int
    cpu: float | None
    silence: float


@dataclass(frozen=True, slots=True)
class WorkerFigures:
    """How a worker is.

    Attributes:
        processes: Those that live.
        replaced: How many were replaced since the worker started.
        leases: How many leases they hold, by queue.
        handlers: What they counted since the worker started, by queue and handler.
    """

    processes: Sequence[ProcessFigures]
    replaced: int
    leases: Mapping[str, int]
    handlers: Mapping[str, Mapping[str, HandlerFigures]]


def expose_worker(figures: WorkerFigures) -> str:
    """The exposition."""
    families = Families(WORKER_METRICS)
    ready = sum(each.ready for each in figures.processes)
    families.add(metrics.PROCESSES, ["ready"], ready)
    families.add(metrics.PROCESSES, ["not ready"], len(figures.processes) - ready)
    families.add(metrics.REPLACED, [], figures.replaced)
    for process in figures.processes:
        labels = [str(process.place)]
        families.add(metrics.RESIDENT, labels, process.resident)
        families.add(metrics.SILENCE, labels, process.silence)
        if process.cpu is not None:
            families.add(metrics.CPU, labels, process.cpu)
    for queue, count in figures.leases.items():
        families.add(metrics.LEASES, [queue], count)
    for queue, handlers in figures.handlers.items():
        for name, handler in handlers.items():
            families.add_handler(OF_HANDLERS, [queue, name], handler)
    return families.text()
