"""The answer of a benchmark run: figures, peers, ratios, and what they were taken on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

import msgspec

from backbeat.cli.bench.figures import FIGURES, Figures

# Where less is better the ratio is turned round: 2.0 always says "twice as good as the peer".
_LESS_IS_BETTER: Final = frozenset(
    {
        "pickup_ms_p50",
        "pickup_ms_p99",
        "delayed_late_ms_p50",
        "delayed_late_ms_p99",
        "server_us_per_job",
        "worker_us_per_job",
        "producer_us_per_add",
        "bytes_per_waiting_job",
        "idle_commands_per_s",
        "idle_cpu_percent",
    }
)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One contender, measured.

    Attributes:
        version: Of the library.
        setting: The worker setting that was used: the fastest of those tried.
        figures: Medians over the rounds.
        by_round: Each round's measurements by figure.
        duplicates: Jobs that were run more than once.
        foreign_cores: Most CPU that anything else on the machine took during a timed step, in
            cores; None where the system does not tell.
    """

    version: str
    setting: str
    figures: Figures
    by_round: Mapping[str, list[float]] = field(default_factory=dict)
    duplicates: int = 0
    foreign_cores: float | None = None


@dataclass(frozen=True, kw_only=True)
class BacklogFigures:
    """The engine with a large backlog beside the engine without one.

    Attributes:
        jobs: Jobs of each kind: waiting, delayed, completed.
        add_ms_p99: Round trip of one add with the backlog, milliseconds.
        add_ms_p99_empty: The same on an empty queue.
        tick_ms_p99: Round trip of a tick that finishes 100 jobs and claims 100.
        tick_ms_p99_empty: The same on an empty queue.
        add_ratio: With the backlog over without.
        tick_ratio: With the backlog over without.
        longest_script_ms: Longest time any script ran on the server, operators' commands on 500
            jobs included, in the quietest of three turns.
        longest_script: Which one that was.
        script_ms_max: The same for each script that took more than a tenth of a millisecond.
        script_ms_worst: The same in the worst of the turns: what else the machine did included.
        bytes_per_job: Server memory per job of the backlog.
    """

    jobs: int
    add_ms_p99: float
    add_ms_p99_empty: float
    tick_ms_p99: float
    tick_ms_p99_empty: float
    add_ratio: float
    tick_ratio: float
    longest_script_ms: float
    longest_script: str
    script_ms_max: Mapping[str, float]
    script_ms_worst: Mapping[str, float]
    bytes_per_job: float


@dataclass(frozen=True, kw_only=True)
class BenchReport:
    """Everything a benchmark run found.

    Attributes:
        ours: Backbeat's figures.
        peers: Those of the peers, by name.
        backlog: The backlog scenario, if it was asked for.
        machine: What it ran on.
        versions: Of the server, Python and the libraries in use.
        features: What was switched on while Backbeat was measured.
        settings: The options of the run, and how many rounds were made.
        notes: What the reader must know to read the figures right.
        taken_at: When, in ISO form, UTC.
    """

    ours: Measured
    peers: Mapping[str, Measured]
    backlog: BacklogFigures | None
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    features: tuple[str, ...]
    settings: Mapping[str, Any]
    notes: tuple[str, ...]
    taken_at: str

    @property
    def ratios(self) -> dict[str, dict[str, float]]:
        """How many times better than each peer, by figure, where both have it."""
        return {name: ratios(self.ours.figures, peer.figures) for name, peer in self.peers.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The report that `as_dict` was taken from, also after a journey as JSON."""
        fields = dict(data)
        # A file of results may be older than a figure.
        figures = {name: fields.pop(name, None) for name in FIGURES}
        fields["ours"] = fields["ours"] | {"figures": figures}
        del fields["ratios"]
        return msgspec.convert(fields, cls)

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON: our figures on top, the rest by section."""
        measured = asdict(self)
        ours = measured.pop("ours")
        return {**ours.pop("figures"), "ours": ours, **measured, "ratios": self.ratios}


def ratios(ours: Figures, theirs: Figures) -> dict[str, float]:
    """How many times better ours is, figure by figure; above 1 ours is ahead."""
    found: dict[str, float] = {}
    other = asdict(theirs)
    for figure, value in asdict(ours).items():
        rival = other[figure]
        if value is None or rival is None:
            continue
        better, worse = (rival, value) if figure in _LESS_IS_BETTER else (value, rival)
        if worse > 0:
            found[figure] = better / worse
    return found
