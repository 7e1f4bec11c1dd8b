"""The page about the benchmarks is made from results alone."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from backbeat.cli.bench.figures import Figures
from backbeat.cli.bench.report import BenchReport, Measured
from backbeat.cli.bench.targets import targets
from benchmarks import remarks, render, results
from benchmarks.chart import Bar, bar_chart
from benchmarks.lines import Panel, line_chart

SVG = "{http://www.w3.org/2000/svg}"
REPORT = BenchReport(
    ours=Measured(version="0.1.0", setting="100", figures=Figures(drain_per_s=54_321.0)),
    peers={"huey": Measured(version="3", setting="x", figures=Figures(drain_per_s=1_234.0))},
    backlog=None,
    machine={"processor": "A Chip (tm)", "cores": 2, "memory_gib": 4.0, "system": "Linux"},
    versions={"server": "Valkey 9.1.2", "python": "3.11.7"},
    features=("leases",),
    settings={"rounds": 3, "jobs": 1000, "server": "--appendonly yes"},
    notes=("a loud neighbour",),
    taken_at="2026-11-22T10:00:00+00:00",
)


def test_results_are_named_after_day_and_machine_and_read_back(tmp_path: Path) -> None:
    path = results.save({"valkey": REPORT}, tmp_path)

    assert path.name == "2026-11-22-2-core-a-chip-tm.json"
    assert results.load(path) == {"valkey": REPORT}
    assert results.newest(tmp_path) == path


def test_a_second_run_of_a_day_leaves_the_first_one_alone(tmp_path: Path) -> None:
    later = replace(REPORT, taken_at="2026-11-22T18:30:05+00:00")
    first, second = (results.save({"valkey": report}, tmp_path) for report in (REPORT, later))

    assert second.name == "2026-11-22-2-core-a-chip-tm-183005.json"
    assert results.load(first) == {"valkey": REPORT}
    assert results.newest(tmp_path) == second


def test_no_results_are_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run_all"):
        results.newest(tmp_path)


def test_the_page_shows_what_the_results_hold(tmp_path: Path) -> None:
    render.render(results.save({"valkey": REPORT}, tmp_path), tmp_path)
    page = (tmp_path / "benchmarks.md").read_text()

    for words in ("54,321", "1,234", "huey 3", "Valkey 9.1.2", "a loud neighbour", "A Chip"):
        assert words in page
    assert "](benchmarks-drain-per-s.svg)" in page
    assert "54,321" in (tmp_path / "benchmarks-drain-per-s.svg").read_text()


def test_a_target_that_is_not_reached_stands_beside_its_remark(tmp_path: Path) -> None:
    late = replace(REPORT, peers={}, ours=replace(REPORT.ours, figures=Figures(pickup_ms_p99=7.0)))
    render.render(results.save({"valkey": late}, tmp_path), tmp_path)
    page = (tmp_path / "benchmarks.md").read_text()

    assert "| pick-up p99, ms | ≤ 1.00 | 7.00 | **not reached** |" in page
    assert f"- **pick-up p99, ms**: {remarks.of('pick-up p99, ms')}" in page


def test_every_target_that_can_be_missed_has_a_remark() -> None:
    missing = [target for target in targets() if target not in remarks.read(remarks.FILE)]
    assert missing == [], "say in benchmarks/remarks.md why, and what was tried"


def test_a_missed_target_without_a_remark_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "remarks.md").write_text("## something else\n\nWords.\n")
    monkeypatch.setattr(remarks, "FILE", tmp_path / "remarks.md")
    late = replace(REPORT, peers={}, ours=replace(REPORT.ours, figures=Figures(pickup_ms_p99=7.0)))
    with pytest.raises(KeyError, match=r"pick-up p99.* say in benchmarks/remarks\.md why"):
        render.render(results.save({"valkey": late}, tmp_path), tmp_path)


def test_what_is_said_of_a_run_stands_above_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = results.save({"valkey": REPORT}, tmp_path)
    (tmp_path / "remarks.md").write_text(f"## {path.name}\n\nA loud\nday.\n")
    monkeypatch.setattr(remarks, "FILE", tmp_path / "remarks.md")
    render.render(path, tmp_path)
    assert "**About this run.** A loud day.\n" in (tmp_path / "benchmarks.md").read_text()


def test_the_published_page_is_what_its_results_make_of_it(tmp_path: Path) -> None:
    source = results.newest()
    render.render(source, tmp_path)
    published = render.REFERENCE / "benchmarks.md"
    assert published.read_text() == (tmp_path / "benchmarks.md").read_text(), (
        "run python -m benchmarks.render: the page is not edited by hand"
    )


def test_a_chart_is_drawn_only_for_what_was_measured(tmp_path: Path) -> None:
    render.render(results.save({"valkey": REPORT}, tmp_path), tmp_path)

    assert [path.name for path in tmp_path.glob("*.svg")] == ["benchmarks-drain-per-s.svg"]


def test_bars_are_as_long_as_their_values_and_words_are_escaped() -> None:
    drawn = bar_chart("a < b", [Bar("one", 10, "10", ours=True), Bar("two", 5, "5")])
    chart = ElementTree.fromstring(drawn)  # noqa: S314 - we have just drawn it ourselves
    widths = [float(bar.attrib["width"]) for bar in chart.iter(f"{SVG}rect")]

    assert chart.findtext(f"{SVG}title") == "a < b"
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.1)


def test_a_chart_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one bar"):
        bar_chart("empty", [])


def test_a_line_chart_has_a_panel_each_and_all_lines_to_one_scale() -> None:
    panels = [Panel("left", [("a", [0, 5, 10])]), Panel("right", [("b", [0, 1, 2]), ("c", [2, 2])])]

    root = ElementTree.fromstring(line_chart("Both", panels, "in order"))  # noqa: S314 - our own
    ends = [
        float(line.attrib["points"].split()[-1].partition(",")[2])
        for line in root.iter(f"{SVG}polyline")
    ]

    assert ends[0] < ends[1] == ends[2]
    assert {"left", "right", "in order"} <= {text.text for text in root.iter(f"{SVG}text")}
    with pytest.raises(ValueError, match="at least one line"):
        line_chart("Both", [], "in order")
