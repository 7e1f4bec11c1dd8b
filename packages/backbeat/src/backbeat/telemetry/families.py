"""Families of metrics that are filled, and the text that Prometheus reads."""

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

from backbeat.telemetry.figures import HandlerFigures, Times
from backbeat.telemetry.metrics import HandlerMetrics, Metric


class Families(Collector):
    """A family for each of some metrics."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        """Begin without values.

        Args:
            metrics: In the order of the text.
        """
        self._metrics = metrics
        self._numbers = {each: _numbers(each) for each in metrics if each.kind != "histogram"}
        self._histograms = {
            each: HistogramMetricFamily(each.name, each.about, labels=each.labels)
            for each in metrics
            if each.kind == "histogram"
        }

    def add(self, metric: Metric, labels: Sequence[str], value: float) -> None:
        """One value, with labels in the order of the metric's."""
        self._numbers[metric].add_metric(labels, value)

    def add_times(self, metric: Metric, labels: Sequence[str], times: Times) -> None:
        """One histogram."""
        self._histograms[metric].add_metric(labels, _buckets(times), times.seconds)

    def add_handler(
        self, metrics: HandlerMetrics, labels: Sequence[str], of: HandlerFigures
    ) -> None:
        """What was counted of one handler."""
        self.add(metrics.started, labels, of.started)
        for outcome, count in of.outcomes.items():
            self.add(metrics.ended, [*labels, outcome], count)
        self.add_times(metrics.waits, labels, of.waits)
        self.add_times(metrics.runs, labels, of.runs)

    def text(self) -> str:
        """The exposition."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry).decode()

    @override
    def collect(self) -> Iterator[Family]:
        for metric in self._metrics:
            yield self._numbers.get(metric) or self._histograms[metric]


def _numbers(metric: Metric) -> GaugeMetricFamily | CounterMetricFamily:
    kind = GaugeMetricFamily if metric.kind == "gauge" else CounterMetricFamily
    return kind(metric.name, metric.about, labels=metric.labels)


def _buckets(times: Times) -> list[tuple[str, float]]:
    bounds = [*map(floatToGoString, times.bounds), "+Inf"]
    counts = [*times.buckets, *[0] * (len(bounds) - len(times.buckets))]
    return list(zip(bounds, accumulate(counts), strict=True))
