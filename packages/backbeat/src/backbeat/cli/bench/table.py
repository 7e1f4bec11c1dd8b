"""The report for people: our figures beside the peers', the targets, and where it was taken."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

from rich.console import Console
from rich.table import Column, Table

from backbeat.cli.bench.contender import OURS
from backbeat.cli.bench.report import BacklogFigures, BenchReport
from backbeat.cli.bench.targets import Verdict, verdicts

LABELS: Final = {
    "add_single_per_s": "add, one by one, jobs/s",
    "add_concurrent_per_s": "add, 100 in flight, jobs/s",
    "add_bulk_per_s": "add, 1,000 at a time, jobs/s",
    "drain_per_s": "drain, one worker process, jobs/s",
    "pickup_ms_p50": "pick-up p50, ms",
    "pickup_ms_p99": "pick-up p99, ms",
    "delayed_late_ms_p50": "delayed start after due p50, ms",
    "delayed_late_ms_p99": "delayed start after due p99, ms",
    "server_us_per_job": "server CPU per job life, µs",
    "worker_us_per_job": "worker CPU per job, µs",
    "producer_us_per_add": "producer CPU per single add, µs",
    "bytes_per_waiting_job": "bytes per waiting job",
    "idle_commands_per_s": "idle worker, commands/s",
    "idle_cpu_percent": "idle worker, CPU %",
}
_NOTHING: Final = "-"


def print_report(report: BenchReport, console: Console) -> None:
    """Print everything there is to see."""
    console.print(_figures(report))
    if report.backlog is not None:
        console.print(_backlog(report.backlog))
    if found := verdicts(report):
        console.print(_targets(found))
    for line in _circumstances(report):
        console.print(line, soft_wrap=True, highlight=False, markup=False)


def rounded(value: float | None) -> str:
    """A figure with as many digits as it deserves."""
    if value is None:
        return _NOTHING
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _figures(report: BenchReport) -> Table:
    table = Table("", *(_right(name) for name in (OURS, *report.peers)))
    ours = asdict(report.ours.figures)
    theirs = {name: asdict(peer.figures) for name, peer in report.peers.items()}
    ratios = report.ratios
    for figure, label in LABELS.items():
        cells = [_beside(peer[figure], ratios[name].get(figure)) for name, peer in theirs.items()]
        table.add_row(label, rounded(ours[figure]), *cells)
    return table


def _right(name: str) -> Column:
    return Column(name, justify="right")


def _beside(value: float | None, ratio: float | None) -> str:
    return rounded(value) if ratio is None else f"{rounded(value)}  ({rounded(ratio)} x)"


def _backlog(backlog: BacklogFigures) -> Table:
    kinds = f"{backlog.jobs:,} waiting, as many delayed, as many completed"
    table = Table("with a backlog", _right("empty queue"), _right(kinds), _right("ratio"))
    rows = (
        ("add p99, ms", backlog.add_ms_p99_empty, backlog.add_ms_p99, backlog.add_ratio),
        ("tick of 100 p99, ms", backlog.tick_ms_p99_empty, backlog.tick_ms_p99, backlog.tick_ratio),
    )
    for label, without, beside, ratio in rows:
        table.add_row(label, rounded(without), rounded(beside), rounded(ratio))
    longest = f"longest script, ms ({backlog.longest_script})"
    table.add_row(longest, "", rounded(backlog.longest_script_ms), "")
    table.add_row("bytes per job", "", rounded(backlog.bytes_per_job), "")
    return table


def _targets(found: Iterable[Verdict]) -> Table:
    table = Table("target", _right("goal"), _right("measured"), "")
    for verdict in found:
        goal = f"{'≥' if verdict.at_least else '≤'} {rounded(verdict.goal)}"
        said = "reached" if verdict.met else "not reached"
        table.add_row(verdict.target, goal, rounded(verdict.value), said)
    return table


def _circumstances(report: BenchReport) -> Iterable[str]:
    machine = report.machine
    yield (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
        f" {machine['system']}"
    )
    yield ", ".join(f"{name} {version}" for name, version in report.versions.items())
    peers = (f"{name} {peer.version} [{peer.setting}]" for name, peer in report.peers.items())
    if report.peers:
        yield "peers: " + ", ".join(peers)
    yield "switched on: " + "; ".join(report.features)
    yield from (f"note: {note}" for note in report.notes)
