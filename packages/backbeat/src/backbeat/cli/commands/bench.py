"""`backbeat bench`: what this machine does, alone or beside other libraries."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from backbeat.cli.bench import BenchOptions, print_report, run_bench
from backbeat.cli.context import Context
from backbeat.cli.parameters import duration_option

_DEFAULT = BenchOptions()


def bench(
    context: Context,
    jobs: Annotated[int, typer.Option(help="Jobs in each timed step.")] = _DEFAULT.jobs,
    peer_jobs: Annotated[int, typer.Option(help="The same, of a peer.")] = _DEFAULT.peer_jobs,
    single_jobs: Annotated[
        int, typer.Option(help="Most jobs that are added one by one.")
    ] = _DEFAULT.single_jobs,
    pickups: Annotated[int, typer.Option(help="Jobs timed from add to start.")] = _DEFAULT.pickups,
    rounds: Annotated[int, typer.Option(help="Measurements; the median counts.")] = _DEFAULT.rounds,
    concurrency: Annotated[
        int | None, typer.Option(help="Jobs at once; without it 100, 200 and 500 are tried.")
    ] = _DEFAULT.concurrency,
    idle: Annotated[
        float, duration_option("How long an idle worker is watched.")
    ] = _DEFAULT.idle_s,
    backlog: Annotated[
        int, typer.Option(help="Jobs of each kind that lie around; 0 leaves this out.")
    ] = _DEFAULT.backlog,
    peers: Annotated[Path | None, typer.Option(help="Folder of the peers' programs.")] = None,
    only: Annotated[str | None, typer.Option(help="Of these peers only: a,b.")] = None,
    server_bin: Annotated[Path | None, typer.Option(help="Program of the server.")] = None,
    budget: Annotated[
        float, duration_option("After this no further round begins.")
    ] = _DEFAULT.budget_s,
) -> None:
    """Measure adding, draining, pick-up, memory and idling on a private server."""
    options = BenchOptions(
        jobs=jobs, peer_jobs=peer_jobs, single_jobs=single_jobs, pickups=pickups, rounds=rounds,
        concurrency=concurrency, idle_s=idle, backlog=backlog, peers=peers,
        only=tuple(filter(None, (only or "").split(","))),
        server_bin=server_bin or context.settings.server_bin, budget_s=budget,
    )  # fmt: skip
    report = run_bench(options)
    if context.output.json:
        context.output.show(report.as_dict(), "")
    else:
        print_report(report, Console())
