"""What each feature costs beside a plain job, and beside BullMQ where that has the feature.

    python -m benchmarks.features [--jobs N] [--rounds N] [--peers DIR] [--only "A;B"] [--publish]

All in one run, by turns, each on a fresh server, and at its end a queue over three primaries beside
one on a single server. `--publish` writes `docs/reference/benchmarks-features.md`; no figure on
that page is typed by hand.
"""

import argparse
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from backbeat.cli.bench.adding import measure_adding
from backbeat.cli.bench.contender import Contender
from backbeat.cli.bench.draining import measure_draining
from backbeat.cli.bench.exclusive import alone
from backbeat.cli.bench.foreign import ForeignLoad
from backbeat.cli.bench.peers import node_version, peer_home
from backbeat.cli.bench.running import Stand
from backbeat.cli.bench.server import private_server
from backbeat.cli.bench.signals import stoppable
from backbeat.server.binary import Binary, find_binary
from benchmarks import cluster
from benchmarks.feature_kinds import FEATURES
from benchmarks.feature_page import BULLMQ, HEADS, OURS, FeatureRun, Figures, Found, page

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks-features.md"
BULLMQ_PROGRAM: Final = Path(__file__).with_name("bullmq_features.mjs")
CONCURRENCY: Final = "200"


def main() -> None:
    """Measure, show, and publish if asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=50_000)
    parser.add_argument("--peer-jobs", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, help="folder of the peers, for BullMQ")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--only", help="some features by their names, with ; between; no cluster")
    what.add_argument("--publish", action="store_true")
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
        costs = [] if arguments.only else list(cluster.measure_all(arguments.jobs))
    for cost in costs:
        console.print(cost.line(), highlight=False)
    if arguments.publish:
        run = FeatureRun(found, costs, contenders, arguments.rounds, arguments.jobs, str(binary))
        PAGE.write_text("\n".join(page(run)) + "\n", "utf-8")
        console.print(f"written: {PAGE.name}")


def _contenders(arguments: argparse.Namespace) -> Iterator[tuple[Contender, str]]:
    """Each with one feature on; those with the same feature after each other."""
    home = peer_home(arguments.peers) if arguments.peers else None
    for feature in arguments.only.split(";") if arguments.only else FEATURES:
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
        if home and FEATURES[feature].both:
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
    table = Table("feature", "", *HEADS)
    for (name, feature), figures in found.items():
        table.add_row(feature, name, *(f"{value:,.1f}" for value in figures.row()))
    return table


if __name__ == "__main__":
    main()
