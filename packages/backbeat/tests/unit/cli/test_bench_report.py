"""The report: ratios, targets, its JSON form and its table."""

import json
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from backbeat.cli.bench.figures import Figures
from backbeat.cli.bench.report import BacklogFigures, BenchReport, Measured, ratios
from backbeat.cli.bench.table import print_report, rounded
from backbeat.cli.bench.targets import verdicts

OURS = Figures(drain_per_s=50_000.0, add_bulk_per_s=200_000.0, pickup_ms_p99=0.5)
NODE = Figures(drain_per_s=10_000.0, add_bulk_per_s=20_000.0, pickup_ms_p99=5.0)
BACKLOG = BacklogFigures(
    jobs=1000,
    add_ms_p99=1.5,
    add_ms_p99_empty=1.0,
    tick_ms_p99=5.0,
    tick_ms_p99_empty=2.0,
    add_ratio=1.5,
    tick_ratio=2.5,
    longest_script_ms=1.2,
    longest_script="tick",
    script_ms_max={"tick": 1.2},
    script_ms_worst={"tick": 7.0},
    bytes_per_job=300.0,
)
REPORT = BenchReport(
    ours=Measured(version="0.1.0", setting="100", figures=OURS, by_round={"drain_per_s": [1.0]}),
    peers={"bullmq-node": Measured(version="6.7.0", setting="thread-1", figures=NODE)},
    backlog=BACKLOG,
    machine={"processor": "a chip", "cores": 2, "memory_gib": 4.0, "system": "Linux"},
    versions={"server": "Valkey 9.1.2", "python": "3.11.7"},
    features=("leases",),
    settings={"rounds": 3, "jobs": 1000, "server": "--appendonly yes"},
    notes=("one note",),
    taken_at="2026-11-22T10:00:00+00:00",
)


def test_a_ratio_above_one_means_ours_is_ahead_whichever_way_is_better() -> None:
    assert ratios(OURS, NODE) == pytest.approx(
        {"drain_per_s": 5.0, "add_bulk_per_s": 10.0, "pickup_ms_p99": 10.0}
    )


def test_there_is_no_ratio_where_one_side_has_no_figure_or_nothing_to_divide_by() -> None:
    ours = Figures(drain_per_s=5.0, idle_commands_per_s=0.0)
    theirs = Figures(add_single_per_s=5.0, idle_commands_per_s=3.0)

    assert ratios(ours, theirs) == {}


def test_the_json_form_has_our_figures_on_top_and_survives_the_journey() -> None:
    data = json.loads(json.dumps(REPORT.as_dict()))

    assert data["drain_per_s"] == 50_000.0
    assert data["ratios"]["bullmq-node"]["drain_per_s"] == 5.0
    assert BenchReport.from_dict(data) == REPORT


def test_each_target_is_judged_by_its_own_direction() -> None:
    met = {verdict.target: verdict.met for verdict in verdicts(REPORT)}

    assert met["drain, times BullMQ on Node"]
    assert met["bulk add, times BullMQ on Node"]
    assert met["pick-up p99, ms"]
    assert met["add p99 with the backlog, times without"]
    assert not met["tick p99 with the backlog, times without"]


def test_the_best_python_peer_is_the_one_we_are_least_ahead_of() -> None:
    slow, fast = (
        Measured(version="1", setting="", figures=Figures(drain_per_s=rate))
        for rate in (1_000.0, 4_000.0)
    )
    report = replace(REPORT, peers={"slow": slow, "fast": fast})

    assert [verdict.value for verdict in verdicts(report) if "Python" in verdict.target] == [12.5]


def test_nothing_measured_means_nothing_judged() -> None:
    blank = Measured(version="1", setting="", figures=Figures())

    assert verdicts(replace(REPORT, ours=blank, peers={}, backlog=None)) == []


def test_the_table_shows_figures_ratios_targets_and_circumstances() -> None:
    console = Console(file=StringIO(), width=120)
    print_report(REPORT, console)
    text = console.file.getvalue() if isinstance(console.file, StringIO) else ""

    for words in (
        "50,000",
        "10,000  (5.00 x)",
        "not reached",
        "1.50",
        "Valkey 9.1.2",
        "one note",
        "[thread-1]",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (0.123, "0.12"), (12.34, "12.3"), (12_345.6, "12,346")]
)
def test_figures_are_shown_with_the_digits_they_deserve(value: float | None, text: str) -> None:
    assert rounded(value) == text
