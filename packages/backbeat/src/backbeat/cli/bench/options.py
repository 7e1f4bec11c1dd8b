"""What a benchmark run measures, and for how long."""

from dataclasses import dataclass
from pathlib import Path

from backbeat.errors import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class BenchOptions:
    """How to measure; every default ends within ten minutes beside two peers.

    Attributes:
        jobs: Jobs in each timed step of ours. Defaults to 100,000.
        peer_jobs: Jobs in each timed step of a peer. Defaults to 20,000.
        single_jobs: Most jobs that are added one by one, ours and theirs. Defaults to 20,000.
        pickups: Jobs in each measurement of pick-up time, and of delayed starts. Defaults to 300.
        rounds: How often everything is measured; the median counts. Defaults to 3.
        concurrency: Jobs our worker runs at once. Defaults to None: 100, 200 and 500 are tried and
            the fastest is measured, as with the settings of the peers.
        idle_s: Seconds an idle worker is watched. Defaults to 20.
        backlog: Jobs of each kind (waiting, delayed, completed) in the backlog scenario. Defaults
            to 0: left out.
        peers: Folder with the programs of the peers. Defaults to None: only ours.
        only: Names of the peers to run. Defaults to all that are set up.
        server_bin: Program of the server. Defaults to None: the first fit one, as for the
            embedded server.
        budget_s: Seconds after which no further round begins: one that would end later is not begun
            either. What is measured before and after them is not in it. Defaults to 520.
    """

    jobs: int = 100_000
    peer_jobs: int = 20_000
    single_jobs: int = 20_000
    pickups: int = 300
    rounds: int = 3
    concurrency: int | None = None
    idle_s: float = 20.0
    backlog: int = 0
    peers: Path | None = None
    only: tuple[str, ...] = ()
    server_bin: Path | None = None
    budget_s: float = 520.0

    def __post_init__(self) -> None:
        """Refuse counts with which nothing can be measured, naming the option."""
        for name in ("jobs", "peer_jobs", "single_jobs", "pickups"):
            if getattr(self, name) < 2:
                raise ConfigurationError(f"{name} must be at least 2, not {getattr(self, name)}")
        for name, value in (("rounds", self.rounds), ("concurrency", self.concurrency)):
            if value is not None and value < 1:
                raise ConfigurationError(f"{name} must be at least 1, not {value}")
        if self.backlog < 0 or 0 < self.backlog < 1_000:
            raise ConfigurationError(f"backlog must be 0 or at least 1000, not {self.backlog}")
        if self.only and self.peers is None:
            raise ConfigurationError("--only names peers: say with --peers where they are")
