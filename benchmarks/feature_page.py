"""The page of what features cost, from one run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Final

from backbeat.cli.bench.contender import Contender
from backbeat.cli.bench.machine import describe_machine, describe_versions
from benchmarks.cluster import Cost
from benchmarks.feature_kinds import FEATURES

OURS: Final = "Backbeat"
BULLMQ: Final = "BullMQ"
HEADS: Final = ("added/s", "run/s", "server µs/job", "worker µs/job")


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


@dataclass(frozen=True)
class FeatureRun:
    """One run.

    Attributes:
        found: Contender and feature -> what was measured.
        costs: Of the same queue on one server and on three.
        contenders: Who was measured, with what feature.
        rounds: Turns.
        jobs: Ours in a step.
        server: The kind of server.
    """

    found: Found
    costs: Sequence[Cost]
    contenders: Sequence[tuple[Contender, str]]
    rounds: int
    jobs: int
    server: str


def page(run: FeatureRun) -> Iterator[str]:
    """Its lines."""
    yield "<!-- Written by benchmarks/features.py: measure again, do not edit. -->"
    yield "# What features cost"
    yield ""
    yield (
        f"Taken on {datetime.now(UTC):%Y-%m-%d} in one run, by turns, each feature on a fresh"
        f" private server ({run.server}); {run.jobs:,} jobs added 1,000 at a time and then run by"
        f" one worker process with 200 slots; medians over {run.rounds} of such turns. In brackets:"
        " times the plain job. A flow is added in a call of its own, 50 of them in flight. The"
        " second row is what features cost who does not use them: plain jobs in a queue that holds"
        " delayed, prioritised, unique, locked, cached and guarded jobs, a paused group, a flow"
        " and a schedule, none of which starts."
    )
    yield ""
    yield from _costs(run.found)
    yield from _comparison(run)
    yield from _cluster(run.costs)
    yield from _circumstances(run.found)


def _costs(found: Found) -> Iterator[str]:
    plain = found[OURS, "plain"].row()
    yield "| feature | " + " | ".join(HEADS) + " |"
    yield "|---|" + "---:|" * len(HEADS)
    for (name, feature), figures in found.items():
        if name == OURS:
            yield f"| {feature} | " + " | ".join(_with_ratios(figures.row(), plain)) + " |"
    yield ""
    yield "How evenly groups share a queue is on a [page of its own](benchmarks-fairness.md)."
    yield ""


def _comparison(run: FeatureRun) -> Iterator[str]:
    theirs = [one for one, _ in run.contenders if one.name == BULLMQ]
    if not theirs:
        return
    yield f"## Beside BullMQ {theirs[0].version}"
    yield ""
    yield (
        f"The same features, in the same run, with {theirs[0].jobs:,} jobs and a concurrency of"
        " 200 as well. In brackets: times BullMQ. Its groups and batches are sold, and it has no"
        " locks, breakers, cached results or partitions, so that these rows are missing."
    )
    yield ""
    yield "| feature | added/s | BullMQ | run/s | BullMQ | server µs/job | BullMQ |"
    yield "|---|" + "---:|" * 6
    for feature in (name for name, each in FEATURES.items() if each.both):
        rows = run.found[BULLMQ, feature].row()
        ours = _with_ratios(run.found[OURS, feature].row(), rows)
        cells = [cell for n in range(3) for cell in (ours[n], f"{rows[n]:,.1f}")]
        yield f"| {feature} | " + " | ".join(cells) + " |"
    yield ""


def _cluster(costs: Sequence[Cost]) -> Iterator[str]:
    yield "## On three primaries"
    yield ""
    yield (
        "One queue, filled and emptied by one process, on one server and over a cluster of three"
        " primaries. All of them share the cores of this machine: what counts is CPU per job, and"
        " no speed-up is to be seen here."
    )
    yield ""
    yield "| where | added/s | run/s | servers µs/job | producer µs/job | worker µs/job |"
    yield "|---|" + "---:|" * 5
    for cost in costs:
        yield (
            f"| {cost.label} | {cost.added_per_s:,.0f} | {cost.run_per_s:,.0f} |"
            f" {cost.servers_us:.1f} | {cost.producer_us:.1f} | {cost.worker_us:.1f} |"
        )
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
