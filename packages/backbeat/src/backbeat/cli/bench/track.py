"""One contender's way through the rounds: which steps there are, and what came of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from backbeat.cli.bench.adding import Adding, measure_adding
from backbeat.cli.bench.contender import ADD_FIGURES, Contender, Mode
from backbeat.cli.bench.draining import Draining, measure_draining
from backbeat.cli.bench.figures import Samples
from backbeat.cli.bench.foreign import ForeignLoad
from backbeat.cli.bench.idle import Idle, measure_idle
from backbeat.cli.bench.lateness import Lateness, measure_lateness
from backbeat.cli.bench.options import BenchOptions
from backbeat.cli.bench.pickup import Pickup, measure_pickup
from backbeat.cli.bench.report import Measured
from backbeat.cli.bench.running import Stand
from backbeat.cli.bench.server import private_server
from backbeat.server.binary import Binary

Step = Callable[[str], None]
T = TypeVar("T")

_PROBED_SHARE: Final = 4
_WORDS: Final[dict[Mode, str]] = {
    "single": "adding one by one",
    "gather": "adding, 100 in flight",
    "bulk": "adding, 1,000 at a time",
}


class Track(Protocol):
    """Anything that can be measured round by round."""

    @property
    def name(self) -> str:
        """As in the report."""

    def prepare(self, step: Step) -> None:
        """Whatever comes before the first round."""

    def run_round(self, step: Step) -> None:
        """Measure everything once."""

    def measured(self) -> Measured:
        """What came of all rounds."""


@dataclass
class ServerTrack:
    """A contender on our kind of server; each step begins with an empty one."""

    contender: Contender
    binary: Binary
    options: BenchOptions
    setting: str = ""
    duplicates: int = 0
    samples: Samples = field(default_factory=Samples)
    foreign: list[float] = field(default_factory=list)
    watched: bool = False

    @property
    def name(self) -> str:
        """As in the report."""
        return self.contender.name

    def prepare(self, step: Step) -> None:
        """Find the fastest worker setting with a quarter of the jobs."""
        settings = self.contender.settings
        if len(settings) == 1:
            self.setting = settings[0]
            return
        rates = {setting: self._probed(setting, step) for setting in settings}
        self.setting = max(rates, key=rates.__getitem__)

    def run_round(self, step: Step) -> None:
        """Add in every way there is, drain, pick up; watch it idle in the first round only."""
        for mode in self.contender.modes[:-1]:
            self._keep_adding(mode, self._add(mode, step))
        self._keep_life(*self._life(self.setting, self.contender.jobs, step))
        self._keep_pickup(self._pickup(step))
        if self.contender.delays:
            self._keep_lateness(self._lateness(step))
        if not self.watched:
            self._keep_idle(self._idle(step))
            self.watched = True

    def measured(self) -> Measured:
        """Medians over the rounds."""
        return Measured(
            version=self.contender.version,
            setting=self.setting,
            figures=self.samples.figures(),
            by_round=self.samples.by_round(),
            duplicates=self.duplicates,
            foreign_cores=max(self.foreign) if self.foreign else None,
        )

    def _probed(self, setting: str, step: Step) -> float:
        jobs = max(2, self.contender.jobs // _PROBED_SHARE)
        step(f"trying setting {setting}")
        _, draining = self._life(setting, jobs, _silent)
        return draining.per_s

    def _add(self, mode: Mode, step: Step) -> Adding:
        step(_WORDS[mode])
        return self._on_empty_server(lambda stand: measure_adding(stand, mode, self._jobs(mode)))

    def _life(self, setting: str, jobs: int, step: Step) -> tuple[Adding, Draining]:
        """Fill a queue the fastest way there is, then let a worker empty it."""
        mode = self.contender.modes[-1]

        def fill_and_drain(stand: Stand) -> tuple[Adding, Draining]:
            step(_WORDS[mode])
            adding = measure_adding(stand, mode, jobs)
            step("draining")
            return adding, measure_draining(stand, setting, jobs)

        return self._on_empty_server(fill_and_drain)

    def _pickup(self, step: Step) -> Pickup:
        step("pick-up time")
        jobs = self.options.pickups
        return self._on_empty_server(lambda stand: measure_pickup(stand, self.setting, jobs))

    def _lateness(self, step: Step) -> Lateness:
        step("delayed start")
        jobs = self.options.pickups
        return self._on_empty_server(lambda stand: measure_lateness(stand, self.setting, jobs))

    def _idle(self, step: Step) -> Idle:
        step("idle")
        watch_s = self.options.idle_s
        return self._on_empty_server(lambda stand: measure_idle(stand, self.setting, watch_s))

    def _on_empty_server(self, measure: Callable[[Stand], T]) -> T:
        with private_server(self.binary) as server:
            load = ForeignLoad(server.probe)
            with load:
                result = measure(Stand(self.contender, server))
        if load.cores is not None:
            self.foreign.append(load.cores)
        return result

    def _jobs(self, mode: Mode) -> int:
        most = self.options.single_jobs if mode == "single" else self.contender.jobs
        return min(most, self.contender.jobs)

    def _keep_adding(self, mode: Mode, adding: Adding) -> None:
        self.samples.add(ADD_FIGURES[mode], adding.per_s)
        if mode == "single":
            self.samples.add("producer_us_per_add", adding.producer_us)

    def _keep_life(self, adding: Adding, draining: Draining) -> None:
        self._keep_adding(self.contender.modes[-1], adding)
        self.samples.add("bytes_per_waiting_job", adding.bytes_each)
        self.samples.add("drain_per_s", draining.per_s)
        self.samples.add("worker_us_per_job", draining.worker_us)
        self.samples.add("server_us_per_job", adding.server_us + draining.server_us)
        self.duplicates += draining.duplicates

    def _keep_pickup(self, pickup: Pickup) -> None:
        self.samples.add("pickup_ms_p50", pickup.ms_p50)
        self.samples.add("pickup_ms_p99", pickup.ms_p99)

    def _keep_lateness(self, lateness: Lateness) -> None:
        self.samples.add("delayed_late_ms_p50", lateness.ms_p50)
        self.samples.add("delayed_late_ms_p99", lateness.ms_p99)

    def _keep_idle(self, idle: Idle) -> None:
        self.samples.add("idle_commands_per_s", idle.commands_per_s)
        self.samples.add("idle_cpu_percent", idle.cpu_percent)


def _silent(_: str) -> None:
    """Say nothing."""
