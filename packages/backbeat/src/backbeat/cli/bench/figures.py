"""The figures of one contender, and the sums behind them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from statistics import median


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What was measured of one library; None where it has no such thing or it was not measured.

    Attributes:
        add_single_per_s: Jobs added one by one, each awaited.
        add_concurrent_per_s: Jobs added with 100 in flight.
        add_bulk_per_s: Jobs added 1,000 at a time.
        drain_per_s: Jobs run by one worker process, from the first start to the last.
        pickup_ms_p50: Milliseconds from just before an add to the first line of the handler, at an
            idle worker: the middle one.
        pickup_ms_p99: The same, which 99 of 100 stay under.
        delayed_late_ms_p50: Milliseconds from the moment a delayed job is due to the first line of
            the handler, at an idle worker: the middle one.
        delayed_late_ms_p99: The same, which 99 of 100 stay under.
        server_us_per_job: Server CPU, microseconds per job, over its whole life: added in bulk
            (else the fastest way there is), run and finished.
        worker_us_per_job: CPU of the worker's processes, microseconds per job.
        producer_us_per_add: CPU of the producer, microseconds per job added one by one.
        bytes_per_waiting_job: Growth of the server's memory per waiting job.
        idle_commands_per_s: Commands an idle worker sends the server.
        idle_cpu_percent: CPU of an idle worker, percent of one core.
    """

    add_single_per_s: float | None = None
    add_concurrent_per_s: float | None = None
    add_bulk_per_s: float | None = None
    drain_per_s: float | None = None
    pickup_ms_p50: float | None = None
    pickup_ms_p99: float | None = None
    delayed_late_ms_p50: float | None = None
    delayed_late_ms_p99: float | None = None
    server_us_per_job: float | None = None
    worker_us_per_job: float | None = None
    producer_us_per_add: float | None = None
    bytes_per_waiting_job: float | None = None
    idle_commands_per_s: float | None = None
    idle_cpu_percent: float | None = None


FIGURES = tuple(field.name for field in fields(Figures))


class Samples:
    """Collects what each round measured; the figures are medians over the rounds."""

    def __init__(self) -> None:
        self._values: defaultdict[str, list[float]] = defaultdict(list)

    def add(self, figure: str, value: float | None) -> None:
        """Keep one measurement of the named figure; None is not one.

        Raises:
            KeyError: There is no such figure.
        """
        if figure not in FIGURES:
            raise KeyError(figure)
        if value is not None:
            self._values[figure].append(value)

    def figures(self) -> Figures:
        """The median of each figure."""
        return Figures(**{figure: median(values) for figure, values in self._values.items()})

    def by_round(self) -> dict[str, list[float]]:
        """Every single measurement, for whoever wants to see the spread."""
        return {figure: list(values) for figure, values in self._values.items()}


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed (nearest rank).

    Args:
        values: At least one.
        share: Between 0 and 1, as in 0.99.

    Raises:
        ValueError: There is no value, or no such share.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values: there is no percentile of nothing")
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, and this is {share}")
    # Whole per mille: 0.99 * 100 is a little more than 99 in floating point.
    rank = -(-len(ordered) * round(share * 1000) // 1000)
    return ordered[max(rank, 1) - 1]


def starts_per_second(starts_ns: Sequence[int]) -> float:
    """Rate of events from their times in nanoseconds: gaps between them over the time they span.

    Raises:
        ValueError: There are fewer than two, or all happened at once.
    """
    span_ns = max(starts_ns) - min(starts_ns) if starts_ns else 0
    if span_ns <= 0:
        raise ValueError("a rate needs two starts that lie apart")
    return (len(starts_ns) - 1) / span_ns * 1e9
