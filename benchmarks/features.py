"""What each feature costs beside a plain job, and beside BullMQ where that has the feature.

    python -m benchmarks.features [--jobs N] [--rounds N] [--peers DIR] [--publish]

All in one run, by turns, each on a fresh server. `--publish` writes
`docs/reference/benchmarks-features.md`; no figure on that page is typed by hand.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Final

from rich.console import Console
from rich.table import Table

from backbeat.cli.bench.adding import measure_adding
from backbeat.cli.bench.contender import Contender
from backbeat.cli.bench.draining import measure_draining
from backbeat.cli.bench.exclusive import alone
from backbeat.cli.bench.foreign import ForeignLoad
from backbeat.cli.bench.machine import describe_machine, describe_versions
from backbeat.cli.bench.peers import node_version, peer_home
from backbeat.cli.bench.running import Stand
from backbeat.cli.bench.server import private_server
from backbeat.cli.bench.signals import stoppable
from backbeat.server.binary import Binary, find_binary
from benchmarks.feature_program import FEATURES

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks-features.md"
OURS: Final = "Backbeat"
BULLMQ: Final = "BullMQ"
BULLMQ_PROGRAM: Final = Path(__file__).with_name("bullmq_features.mjs")
# What BullMQ has as well, free of charge.
IN_BOTH: Final = (
    "plain",
    "priority",
    "delay that is over",
    "unique",
    "rate, sliding window",
    "max_running",
    "a schedule beside the jobs",
    "flows, 10 children each",
)
CONCURRENCY: Final = "200"
_HEADS: Final = ("added/s", "run/s", "server µs/job", "worker µs/job")


@dataclass
class Figures:
    """What was measured of one feature, a value a round."""

    added_per_s: list[float] = field(default_factory=list)
    run_per_s: list[float] = field(default_factory=list)
    server_us: list[float] = field(default_factory=list)
    worker_us: list[float] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    def row(self) -> tuple[float, ...]:
        """The medians, in the order of the heads."""
        kinds = (self.added_per_s, self.run_per_s, self.server_us, self.worker_us)
        return tuple(median(kind) if kind else 0.0 for kind in kinds)


Found = dict[tuple[str, str], Figures]


def main() -> None:
    """Measure, show, and publish if asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=50_000)
    parser.add_argument("--peer-jobs", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, help="folder of the peers, for BullMQ")
    parser.add_argument("--publish", action="store_true")
    arguments = parser.parse_args()
    console, binary = Console(), find_binary()
    contenders = list(_contenders(arguments))
    found = {(one.name, feature): Figures() for one, feature in contenders}
    with stoppable(), alone(console.print):
        for number in range(1, arguments.rounds + 1):
            for contender, feature in contenders:
                console.print(f"round {number}: {contender.name}, {feature}")
                _measure(contender, found[contender.name, feature], binary)
    console.print(_table(found))
    if arguments.publish:
        PAGE.write_text(
            "\n".join(_page(found, contenders, arguments.rounds, binary)) + "\n", "utf-8"
        )
        console.print(f"written: {PAGE.name}")


def _contenders(arguments: argparse.Namespace) -> Iterator[tuple[Contender, str]]:
    """Each with one feature on; those with the same feature after each other."""
    home = peer_home(arguments.peers) if arguments.peers else None
    for feature in FEATURES:
        yield (
            Contender(
                name=OURS,
                version=metadata.version("backbeat"),
                command=(sys.executable, "-m", "benchmarks.feature_program", feature),
                modes=("bulk",),
                settings=(CONCURRENCY,),
                jobs=arguments.jobs,
            ),
            feature,
        )
        if home and feature in IN_BOTH:
            yield (
                Contender(
                    name=BULLMQ,
                    version=node_version(home, "bullmq"),
                    command=("node", str(BULLMQ_PROGRAM), feature),
                    modes=("bulk",),
                    settings=(CONCURRENCY,),
                    jobs=arguments.peer_jobs,
                    environment={"BENCH_NODE_DIR": str(home / "node")},
                ),
                feature,
            )


def _measure(contender: Contender, figures: Figures, binary: Binary) -> None:
    with private_server(binary) as server, ForeignLoad(server.probe) as load:
        stand = Stand(contender, server)
        adding = measure_adding(stand, "bulk", contender.jobs)
        draining = measure_draining(stand, CONCURRENCY, contender.jobs)
    figures.added_per_s.append(adding.per_s)
    figures.run_per_s.append(draining.per_s)
    figures.server_us.append(adding.server_us + draining.server_us)
    if draining.worker_us is not None:
        figures.worker_us.append(draining.worker_us)
    if load.cores is not None:
        figures.foreign.append(load.cores)


def _table(found: Found) -> Table:
    table = Table("feature", "", *_HEADS)
    for (name, feature), figures in found.items():
        table.add_row(feature, name, *(f"{value:,.1f}" for value in figures.row()))
    return table


def _page(
    found: Found, contenders: list[tuple[Contender, str]], rounds: int, binary: Binary
) -> Iterator[str]:
    jobs = {one.name: f"{one.jobs:,}" for one, _ in contenders}
    yield "<!-- Written by benchmarks/features.py: measure again, do not edit. -->"
    yield "# What features cost"
    yield ""
    yield (
        f"Taken on {datetime.now(UTC):%Y-%m-%d}, by turns, each feature on a fresh private server"
        f" ({binary}); {jobs[OURS]} jobs added 1,000 at a time and then run by one worker"
        f" process with {CONCURRENCY} slots; medians over {rounds} of such turns. In brackets:"
        " times the plain job. A flow is added in a call of its own, 50 of them in flight."
    )
    yield ""
    yield from _costs(found)
    if BULLMQ in jobs:
        version = next(one.version for one, _ in contenders if one.name == BULLMQ)
        yield f"## Beside BullMQ {version}"
        yield ""
        yield (
            f"The same features, in the same run, with {jobs[BULLMQ]} jobs and a concurrency of"
            f" {CONCURRENCY} as well. In brackets: times BullMQ. Its groups and batches are sold,"
            " and it has no locks, breakers, cached results or partitions, so that these rows are"
            " missing."
        )
        yield ""
        yield from _comparison(found)
    yield from _circumstances(found)


def _costs(found: Found) -> Iterator[str]:
    plain = found[OURS, "plain"].row()
    yield "| feature | " + " | ".join(_HEADS) + " |"
    yield "|---|" + "---:|" * len(_HEADS)
    for (name, feature), figures in found.items():
        if name == OURS:
            yield f"| {feature} | " + " | ".join(_with_ratios(figures.row(), plain)) + " |"
    yield ""


def _comparison(found: Found) -> Iterator[str]:
    yield "| feature | added/s | BullMQ | run/s | BullMQ | server µs/job | BullMQ |"
    yield "|---|" + "---:|" * 6
    for feature in IN_BOTH:
        theirs = found[BULLMQ, feature].row()
        ours = _with_ratios(found[OURS, feature].row(), theirs)
        cells = [cell for n in range(3) for cell in (ours[n], f"{theirs[n]:,.1f}")]
        yield f"| {feature} | " + " | ".join(cells) + " |"
    yield ""


def _with_ratios(values: Sequence[float], bases: Sequence[float]) -> list[str]:
    return [
        f"{value:,.1f} ({value / base:.2f})" if base else f"{value:,.1f}"
        for value, base in zip(values, bases, strict=True)
    ]


def _circumstances(found: Found) -> Iterator[str]:
    machine, versions = describe_machine(), describe_versions()
    yield f"- {machine['processor']}, {machine['cores']} cores, {machine['system']}"
    yield "- " + ", ".join(f"{name} {version}" for name, version in versions.items())
    foreign = max((cores for figures in found.values() for cores in figures.foreign), default=0.0)
    yield f"- other programs took up to {foreign:.1f} cores during a step"


if __name__ == "__main__":
    main()
