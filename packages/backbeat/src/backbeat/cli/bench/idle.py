"""What a worker costs that has nothing to do."""

import time
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from backbeat.cli.bench.machine import cpu_seconds
from backbeat.cli.bench.probe import Probe
from backbeat.cli.bench.running import Stand

_WARM: Final = 5
_QUIET_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Idle:
    """An idle worker.

    Attributes:
        commands_per_s: Commands it sends the server.
        cpu_percent: Percent of one core; None where the system does not tell.
    """

    commands_per_s: float
    cpu_percent: float | None


def measure_idle(stand: Stand, setting: str, watch_s: float) -> Idle:
    """Let a worker run a few jobs, then watch it wait."""
    with stand.worker(setting) as worker:
        stand.produce("paced", _WARM)
        worker.wait_for(_WARM)
        time.sleep(_QUIET_S)
        cpu = cpu_seconds(worker.pids)
        with closing(Probe(stand.server.probe.port)) as monitor:
            commands = monitor.watch(watch_s)
        cpu_after = cpu_seconds(worker.pids)
    idle_cpu = None if cpu is None or cpu_after is None else (cpu_after - cpu) / watch_s * 100
    return Idle(commands / watch_s, idle_cpu)
