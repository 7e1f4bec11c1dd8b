"""What is measured of requests in this process."""

from typing import Final

from prometheus_client import CollectorRegistry, Histogram, generate_latest

_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class HttpMetrics:
    """Times of requests by method, route and status. Labels are of our routes: they are bounded."""

    def __init__(self) -> None:
        """Measure nothing yet."""
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "arena_http_request_seconds",
            "Time from the first byte of a request to the last of its answer.",
            ("method", "route", "status"),
            buckets=_BOUNDS,
            registry=self._registry,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Take one request in."""
        self._seconds.labels(method, route, str(status)).observe(seconds)

    def exposition(self) -> str:
        """The text that Prometheus reads."""
        return generate_latest(self._registry).decode()
