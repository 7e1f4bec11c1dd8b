"""How long a job waits that arrives at an idle worker."""

import time
from dataclasses import dataclass
from typing import Final

from backbeat.cli.bench.figures import percentile
from backbeat.cli.bench.running import Stand

_WARM: Final = 20
# The producer's first jobs open its connections: they are run, not counted.
_COLD: Final = 5
_QUIET_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Pickup:
    """Milliseconds from just before the add to the first line of the handler.

    Attributes:
        ms_p50: The middle one.
        ms_p99: What 99 of 100 stay under.
    """

    ms_p50: float
    ms_p99: float


def measure_pickup(stand: Stand, setting: str, jobs: int) -> Pickup:
    """Send jobs 5 ms apart to a worker that has nothing else to do."""
    with stand.worker(setting) as worker:
        stand.produce("paced", _WARM)
        worker.wait_for(_WARM)
        time.sleep(_QUIET_S)
        stand.produce("paced", _COLD + jobs)
        worker.wait_for(_WARM + _COLD + jobs)
        counted = sorted(worker.times())[_WARM + _COLD :]
    waits_ms = [(started - enqueued) / 1e6 for enqueued, started in counted]
    return Pickup(percentile(waits_ms, 0.5), percentile(waits_ms, 0.99))
