"""The figures that Backbeat wants to reach, and whether a report reaches them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from backbeat.cli.bench.peers import GRAPHILE
from backbeat.cli.bench.report import BenchReport

NODE: Final = "bullmq-node"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target beside what was measured.

    Attributes:
        target: What is wanted, in words.
        goal: The bound.
        at_least: Whether the value must reach the goal, or stay under it.
        value: What was measured.
    """

    target: str
    goal: float
    at_least: bool
    value: float

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.value >= self.goal if self.at_least else self.value <= self.goal


# (figure, words, bound): ours must stay under it.
_CEILINGS: Final = (
    ("pickup_ms_p99", "pick-up p99, ms", 1.0),
    ("delayed_late_ms_p99", "delayed start after due p99, ms", 50.0),
    ("server_us_per_job", "server CPU per job life, µs", 15.0),
    ("bytes_per_waiting_job", "bytes per waiting job", 350.0),
    ("idle_commands_per_s", "commands/s of an idle worker", 2.0),
    ("idle_cpu_percent", "CPU of an idle worker, percent", 0.5),
)
# (figure, words, peer, bound): ours over that peer's must reach it.
_RATIOS: Final = (
    ("drain_per_s", "drain, times BullMQ on Node", NODE, 5.0),
    ("drain_per_s", "drain, times graphile-worker", GRAPHILE, 2.0),
    ("add_bulk_per_s", "bulk add, times BullMQ on Node", NODE, 5.0),
    ("add_bulk_per_s", "bulk add, times graphile-worker", GRAPHILE, 1.5),
    ("add_concurrent_per_s", "100 adds in flight, times BullMQ on Node", NODE, 4.0),
)
_BEST_PYTHON: Final = "drain, times the best Python peer here"
_BEST_PYTHON_DRAIN: Final = 20.0
_BACKLOG: Final = (
    ("add_ratio", "add p99 with the backlog, times without", 2.0),
    ("tick_ratio", "tick p99 with the backlog, times without", 2.0),
    ("longest_script_ms", "longest script, ms", 5.0),
)


def verdicts(report: BenchReport) -> list[Verdict]:
    """Every target for which the report has a value."""
    return [*_against_peers(report), *_on_our_own(report), *_with_backlog(report)]


def targets() -> list[str]:
    """Every target in its words, measured or not."""
    ceilings = [words for _, words, _ in (*_CEILINGS, *_BACKLOG)]
    return [*(words for _, words, _, _ in _RATIOS), _BEST_PYTHON, *ceilings]


def _against_peers(report: BenchReport) -> Iterator[Verdict]:
    ratios = report.ratios
    for figure, words, peer, goal in _RATIOS:
        value = ratios.get(peer, {}).get(figure)
        if value is not None:
            yield Verdict(words, goal, at_least=True, value=value)
    python = [found["drain_per_s"] for name, found in ratios.items() if _is_python(name)]
    if python:
        yield Verdict(_BEST_PYTHON, _BEST_PYTHON_DRAIN, at_least=True, value=min(python))


def _on_our_own(report: BenchReport) -> Iterator[Verdict]:
    figures = asdict(report.ours.figures)
    for figure, words, goal in _CEILINGS:
        if figures[figure] is not None:
            yield Verdict(words, goal, at_least=False, value=figures[figure])


def _with_backlog(report: BenchReport) -> Iterator[Verdict]:
    if report.backlog is None:
        return
    for figure, words, goal in _BACKLOG:
        yield Verdict(words, goal, at_least=False, value=getattr(report.backlog, figure))


def _is_python(name: str) -> bool:
    return name not in {NODE, GRAPHILE}
