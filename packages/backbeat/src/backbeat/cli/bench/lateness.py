"""How late a delayed job starts at a worker that has nothing else to do."""

from dataclasses import dataclass
from typing import Final

from backbeat.cli.bench.figures import percentile
from backbeat.cli.bench.running import Stand

# The producer's first jobs open its connections: they are run, not counted.
_COLD: Final = 5


@dataclass(frozen=True, slots=True)
class Lateness:
    """Milliseconds from the moment a job is due to the first line of the handler.

    Attributes:
        ms_p50: The middle one.
        ms_p99: What 99 of 100 stay under.
    """

    ms_p50: float
    ms_p99: float


def measure_lateness(stand: Stand, setting: str, jobs: int) -> Lateness:
    """Send delayed jobs that fall due one after the other, while the worker sleeps in between."""
    with stand.worker(setting) as worker:
        stand.produce("delayed", _COLD + jobs)
        worker.wait_for(_COLD + jobs)
        counted = sorted(worker.times())[_COLD:]
    late_ms = [(started - due) / 1e6 for due, started in counted]
    return Lateness(percentile(late_ms, 0.5), percentile(late_ms, 0.99))
