"""What is measured of all queues, as the text that Prometheus reads."""

from collections.abc import Iterator, Sequence

from backbeat.telemetry import metrics
from backbeat.telemetry.families import Families
from backbeat.telemetry.figures import QueueFigures, ServerFigures
from backbeat.telemetry.metrics import METRICS, OF_HANDLERS, Metric


def expose(queues: Sequence[QueueFigures], servers: Sequence[ServerFigures]) -> str:
    """The exposition.

    Args:
        queues: What is measured of each queue.
        servers: What each server says of itself.
    """
    families = Families(METRICS)
    for queue in queues:
        for metric, labels, value in _of_queue(queue):
            families.add(metric, [queue.name, *labels], value)
        for name, handler in queue.handlers.items():
            families.add_handler(OF_HANDLERS, [queue.name, name], handler)
    for server in servers:
        families.add(metrics.SCRIPTS, [server.name], server.scripts)
        families.add(metrics.SCRIPT_SECONDS, [server.name], server.script_seconds)
        families.add(metrics.MEMORY, [server.name], server.memory_bytes)
    return families.text()


def _of_queue(queue: QueueFigures) -> Iterator[tuple[Metric, list[str], float]]:
    for state, count in queue.jobs.items():
        yield metrics.JOBS, [state], count
    for outcome, count in queue.ended.items():
        yield metrics.ENDED, [outcome], count
    yield metrics.BACKLOG_AGE, [], queue.oldest_wait
    yield metrics.WORKERS, [], queue.workers
    yield metrics.PAUSED, [], int(queue.paused)
    yield metrics.STALLED, [], queue.stalled
    yield metrics.EXPIRED, [], queue.expired
