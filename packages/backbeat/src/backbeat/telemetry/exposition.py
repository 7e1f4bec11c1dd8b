"""Figures as the text that Prometheus reads."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.core import (
    Metric as Family,
)
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from typing_extensions import override

from backbeat.telemetry import metrics
from backbeat.telemetry.figures import HandlerFigures, QueueFigures, ServerFigures, Times
from backbeat.telemetry.metrics import METRICS, Metric


def expose(queues: Sequence[QueueFigures], servers: Sequence[ServerFigures]) -> str:
    """The exposition.

    Args:
        queues: What is measured of each queue.
        servers: What each server says of itself.
    """
    families = _Families()
    for queue in queues:
        for metric, labels, value in _of_queue(queue):
            families.numbers[metric].add_metric([queue.name, *labels], value)
        for name, handler in queue.handlers.items():
            _add_handler(families, [queue.name, name], handler)
    for server in servers:
        families.numbers[metrics.SCRIPTS].add_metric([server.name], server.scripts)
        families.numbers[metrics.SCRIPT_SECONDS].add_metric([server.name], server.script_seconds)
        families.numbers[metrics.MEMORY].add_metric([server.name], server.memory_bytes)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(families)
    return generate_latest(registry).decode()


class _Families(Collector):
    """A family for each metric."""

    def __init__(self) -> None:
        self.numbers = {each: _numbers(each) for each in METRICS if each.kind != "histogram"}
        self.histograms = {
            each: HistogramMetricFamily(each.name, each.about, labels=each.labels)
            for each in METRICS
            if each.kind == "histogram"
        }

    @override
    def collect(self) -> Iterator[Family]:
        for metric in METRICS:
            yield self.numbers.get(metric) or self.histograms[metric]


def _numbers(metric: Metric) -> GaugeMetricFamily | CounterMetricFamily:
    kind = GaugeMetricFamily if metric.kind == "gauge" else CounterMetricFamily
    return kind(metric.name, metric.about, labels=metric.labels)


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


def _add_handler(families: _Families, labels: list[str], of: HandlerFigures) -> None:
    families.numbers[metrics.STARTED].add_metric(labels, of.started)
    for outcome, count in of.outcomes.items():
        families.numbers[metrics.OUTCOMES].add_metric([*labels, outcome], count)
    for metric, times in ((metrics.WAITS, of.waits), (metrics.RUNS, of.runs)):
        families.histograms[metric].add_metric(labels, _buckets(times), times.seconds)


def _buckets(times: Times) -> list[tuple[str, float]]:
    bounds = [*map(floatToGoString, times.bounds), "+Inf"]
    counts = [*times.buckets, *[0] * (len(bounds) - len(times.buckets))]
    return list(zip(bounds, accumulate(counts), strict=True))
