"""What a worker costs that has nothing to do."""

import time
from dataclasses import dataclass
from typing import Final

from backbeat.cli.bench.machine import cpu_seconds
from backbeat.cli.bench.probe import COMMANDS_PER_LOOK
from backbeat.cli.bench.running import Stand

_WARM: Final = 5
_QUIET_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Idle:
    """An idle worker.

    Attributes:
        commands_per_s: Commands it sends the server, those inside scripts included.
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
        before, cpu = stand.server.probe.account(), cpu_seconds(worker.pids)
        time.sleep(watch_s)
        used, cpu_after = stand.server.probe.account().since(before), cpu_seconds(worker.pids)
    idle_cpu = None if cpu is None or cpu_after is None else (cpu_after - cpu) / watch_s * 100
    return Idle((used.commands - COMMANDS_PER_LOOK) / watch_s, idle_cpu)
