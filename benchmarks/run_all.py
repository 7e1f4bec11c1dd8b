"""Runs every benchmark in one go and writes a file of results.

    python -m benchmarks.run_all --peers DIR

Measures on the server that the embedded mode would use, beside the peers, and once more without
peers on the `redis-server` on PATH, if there is one. Publishing them is a step of its own:
`python -m benchmarks.render FILE`, once somebody has looked at what else the machine did.
"""

import argparse
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from backbeat.cli.bench import BenchOptions, BenchReport, print_report, run_bench
from backbeat.server.binary import find_binary, probe
from benchmarks import results

BACKLOG = 1_000_000


def main() -> None:
    """Measure and save."""
    arguments = _arguments()
    console = Console()
    reports: dict[str, BenchReport] = {}
    for product, options in _runs(arguments):
        console.rule(product)
        reports[product] = run_bench(options)
        print_report(reports[product], console)
    path = results.save(reports, arguments.output)
    console.print(f"written: {path.name}; to publish: python -m benchmarks.render {path}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", type=Path, help="folder of the peers' programs")
    parser.add_argument("--only", default="", help="names of peers, by comma; default: all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=BenchOptions.jobs)
    parser.add_argument("--backlog", type=int, default=BACKLOG, help="jobs of each kind")
    parser.add_argument("--budget", type=float, default=1800.0, help="seconds for all rounds")
    parser.add_argument("--output", type=Path, default=results.FOLDER, help="folder to write to")
    return parser.parse_args()


def _runs(arguments: argparse.Namespace) -> Iterator[tuple[str, BenchOptions]]:
    options = BenchOptions(
        peers=arguments.peers,
        only=tuple(filter(None, arguments.only.split(","))),
        backlog=arguments.backlog,
        rounds=arguments.rounds,
        jobs=arguments.jobs,
        budget_s=arguments.budget,
    )
    first = find_binary()
    yield first.product, options
    on_path = shutil.which("redis-server")
    second = probe(Path(on_path)) if on_path else None
    if second is not None and second.product != first.product:
        yield second.product, replace(options, peers=None, only=(), server_bin=second.path)


if __name__ == "__main__":
    main()
