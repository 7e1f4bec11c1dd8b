"""How fast one worker process empties a full queue, and what that costs."""

import time
from dataclasses import dataclass
from typing import Final

from backbeat.cli.bench.figures import starts_per_second
from backbeat.cli.bench.machine import cpu_seconds
from backbeat.cli.bench.running import RunningWorker, Stand

# Granted after the last start, so that its finish is counted too.
_SETTLE_S: Final = 0.7


@dataclass(frozen=True, slots=True)
class Draining:
    """One drained queue.

    Attributes:
        per_s: Jobs per second from the first start to the last.
        worker_us: CPU of the worker's processes, microseconds per job; None where the system does
            not tell, or all jobs were done before the first look.
        server_us: CPU of the server, microseconds per job.
        duplicates: Starts beyond one per job.
    """

    per_s: float
    worker_us: float | None
    server_us: float
    duplicates: int


def measure_draining(stand: Stand, setting: str, jobs: int) -> Draining:
    """Start a worker before a queue that holds `jobs` jobs and let it finish them all."""
    before = stand.server.probe.account()
    with stand.worker(setting) as worker:
        worker.wait_for(1)
        # What it took to start is the interpreter's, not the jobs'.
        early, early_cpu = worker.handled(), cpu_seconds(worker.pids)
        worker.wait_for(jobs)
        time.sleep(_SETTLE_S)
        worker_us = _worker_us(worker, early_cpu, jobs - early)
        used = stand.server.probe.account().since(before)
        starts = [started for _, started in worker.times()]
    return Draining(
        per_s=starts_per_second(starts),
        worker_us=worker_us,
        server_us=used.cpu_s / jobs * 1e6,
        duplicates=len(starts) - jobs,
    )


def _worker_us(worker: RunningWorker, early_cpu: float | None, jobs: int) -> float | None:
    cpu = cpu_seconds(worker.pids)
    if cpu is None or early_cpu is None or jobs < 1:
        return None
    return (cpu - early_cpu) / jobs * 1e6
