"""One benchmark run from its options to its report."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from backbeat.cli.bench.backlog import measure_backlog
from backbeat.cli.bench.contender import OURS, ours
from backbeat.cli.bench.exclusive import alone
from backbeat.cli.bench.features import FEATURES
from backbeat.cli.bench.graphile import PostgresTrack
from backbeat.cli.bench.machine import describe_machine, describe_versions
from backbeat.cli.bench.options import BenchOptions
from backbeat.cli.bench.peers import GRAPHILE, choose, contenders, peer_home
from backbeat.cli.bench.postgres import find_postgres
from backbeat.cli.bench.progress import show_progress
from backbeat.cli.bench.report import BacklogFigures, BenchReport
from backbeat.cli.bench.rounds import Rounds
from backbeat.cli.bench.server import DURABLE
from backbeat.cli.bench.signals import stoppable
from backbeat.cli.bench.track import ServerTrack, Step, Track
from backbeat.errors import ConfigurationError
from backbeat.server.binary import Binary, find_binary

# Above this, other work on the machine has a say in the figures.
_DISTURBED_CORES = 0.2


def run_bench(options: BenchOptions, *, console: Console | None = None) -> BenchReport:
    """Measure Backbeat, and the peers that were asked for, on private servers of one kind.

    Needs no server or application of yours, and starts nothing that outlives it, also when Ctrl-C
    or SIGTERM ends it.

    Args:
        options: What to measure.
        console: Where to say what is going on. Defaults to standard error.

    Raises:
        ConfigurationError: A peer is unknown or not set up, or there is no server program.
        BenchFailed: Ours came to a standstill.
    """
    binary = find_binary(options.server_bin)
    versions = {"server": str(binary), **describe_versions()}
    tracks = list(_tracks(options, binary, versions["backbeat"]))
    with (
        stoppable(),
        show_progress(console or Console(stderr=True)) as step,
        alone(step),
    ):
        # The budget begins when the machine is ours.
        rounds = Rounds(tracks, options.budget_s)
        rounds.run(options.rounds, step)
        backlog = _backlog(options, binary, step)
    return _report(options, rounds, backlog, versions)


def _tracks(options: BenchOptions, binary: Binary, version: str) -> Iterator[Track]:
    names = choose(options)
    yield ServerTrack(ours(options, version), binary, options)
    for contender in contenders(names, options):
        yield ServerTrack(contender, binary, options)
    if GRAPHILE in names and options.peers is not None:
        programs = find_postgres(peer_home(options.peers))
        if programs is not None:
            yield PostgresTrack(options.peers, programs, options.jobs)
        elif GRAPHILE in options.only:
            raise ConfigurationError(f"{GRAPHILE} needs PostgreSQL, and none was found")


def _backlog(options: BenchOptions, binary: Binary, step: Step) -> BacklogFigures | None:
    return measure_backlog(binary, options.backlog, step) if options.backlog else None


def _report(
    options: BenchOptions, rounds: Rounds, backlog: BacklogFigures | None, versions: dict[str, str]
) -> BenchReport:
    measured = {track.name: track.measured() for track in rounds.tracks}
    mine = measured.pop(OURS)
    foreign = mine.foreign_cores
    if foreign is not None and foreign > _DISTURBED_CORES:
        rounds.notes.append(f"other programs took up to {foreign:.1f} cores during a timed step")
    return BenchReport(
        ours=mine,
        peers=measured,
        backlog=backlog,
        machine=describe_machine(),
        versions=versions,
        features=FEATURES,
        settings=_settings(options, rounds.made),
        notes=tuple(rounds.notes),
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _settings(options: BenchOptions, made: int) -> dict[str, Any]:
    # Folders are of this machine only, and tell nobody anything.
    shown = {
        name: value
        for name, value in asdict(options).items()
        if name not in {"peers", "only", "server_bin"}
    }
    return shown | {"rounds": made, "server": " ".join(word or '""' for word in DURABLE)}
