"""What each feature costs beside a plain job: all in one run, by turns, each on a fresh server.

    python -m benchmarks.features [--jobs N] [--rounds N] [--publish]

`--publish` writes `docs/reference/benchmarks-features.md`; no figure on that page is typed by hand.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
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
from backbeat.cli.bench.running import Stand
from backbeat.cli.bench.server import private_server
from backbeat.cli.bench.signals import stoppable
from backbeat.server.binary import Binary, find_binary
from benchmarks.feature_program import FEATURES

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks-features.md"
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


def main() -> None:
    """Measure, show, and publish if asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--publish", action="store_true")
    arguments = parser.parse_args()
    console, binary = Console(), find_binary()
    found = {name: Figures() for name in FEATURES}
    with stoppable(), alone(console.print):
        for number in range(1, arguments.rounds + 1):
            for name, figures in found.items():
                console.print(f"round {number}: {name}")
                _measure(name, figures, arguments.jobs, binary)
    console.print(_table(found))
    if arguments.publish:
        PAGE.write_text("\n".join(_page(found, arguments, binary)) + "\n", encoding="utf-8")
        console.print(f"written: {PAGE.name}")


def _measure(name: str, figures: Figures, jobs: int, binary: Binary) -> None:
    contender = Contender(
        name=name,
        version="",
        command=(sys.executable, "-m", "benchmarks.feature_program", name),
        modes=("bulk",),
        settings=(CONCURRENCY,),
        jobs=jobs,
    )
    with private_server(binary) as server, ForeignLoad(server.probe) as load:
        stand = Stand(contender, server)
        adding = measure_adding(stand, "bulk", jobs)
        draining = measure_draining(stand, CONCURRENCY, jobs)
    figures.added_per_s.append(adding.per_s)
    figures.run_per_s.append(draining.per_s)
    figures.server_us.append(adding.server_us + draining.server_us)
    if draining.worker_us is not None:
        figures.worker_us.append(draining.worker_us)
    if load.cores is not None:
        figures.foreign.append(load.cores)


def _table(found: dict[str, Figures]) -> Table:
    table = Table("feature", *_HEADS)
    for name, figures in found.items():
        table.add_row(name, *(f"{value:,.1f}" for value in figures.row()))
    return table


def _page(
    found: dict[str, Figures], arguments: argparse.Namespace, binary: Binary
) -> Iterator[str]:
    machine, versions = describe_machine(), describe_versions()
    plain = found["plain"].row()
    yield "<!-- Written by benchmarks/features.py: measure again, do not edit. -->"
    yield "# What features cost"
    yield ""
    yield (
        f"Taken on {datetime.now(UTC):%Y-%m-%d}, by turns, each feature on a fresh private server"
        f" ({binary}); {arguments.jobs:,} jobs added 1,000 at a time and then run by one worker"
        f" process with {CONCURRENCY} slots; medians of {arguments.rounds} rounds. In brackets:"
        " times the plain job."
    )
    yield ""
    yield "| feature | " + " | ".join(_HEADS) + " |"
    yield "|---|" + "---:|" * len(_HEADS)
    for name, figures in found.items():
        cells = (
            f"{value:,.1f} ({value / base:.2f})" if base else f"{value:,.1f}"
            for value, base in zip(figures.row(), plain, strict=True)
        )
        yield f"| {name} | " + " | ".join(cells) + " |"
    yield ""
    yield f"- {machine['processor']}, {machine['cores']} cores, {machine['system']}"
    yield "- " + ", ".join(f"{name} {version}" for name, version in versions.items())
    foreign = max((cores for figures in found.values() for cores in figures.foreign), default=0.0)
    yield f"- other programs took up to {foreign:.1f} cores during a step"


if __name__ == "__main__":
    main()
