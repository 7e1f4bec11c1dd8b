"""Renders the page of the documentation and its charts from a file of results.

    python -m benchmarks.render [RESULTS.json]

No figure on that page is typed by hand: it is written anew from the results each time. Beside a
target that is not reached stands what `benchmarks/remarks.md` says of it; without that there is no
page.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from backbeat.cli.bench.contender import OURS
from backbeat.cli.bench.report import BenchReport, Measured
from backbeat.cli.bench.table import LABELS, rounded
from backbeat.cli.bench.targets import verdicts
from benchmarks import remarks, results
from benchmarks.chart import Bar, bar_chart

REFERENCE: Final = Path(__file__).parents[1] / "docs" / "reference"
CHARTS: Final = {
    "drain_per_s": "Jobs run per second, one worker process",
    "add_bulk_per_s": "Jobs added per second, 1,000 at a time",
    "pickup_ms_p99": "Pick-up p99 in ms, shorter is better",
}
_INTRODUCTION: Final = """\
<!-- Written by benchmarks/render.py from benchmarks/results/{source}: edit those, not this. -->
# Benchmarks

Taken on {day}, all contenders in one run, taking turns, each on a fresh private server of the same
kind ({server}, `{durability}`), with the same payload of about 200 bytes. How to run them, what
each figure means and what it does not say is in `benchmarks/README.md`.
"""


def render(path: Path, folder: Path = REFERENCE) -> None:
    """Write `benchmarks.md` and a chart for each figure worth one.

    Args:
        path: The file of results.
        folder: Where to.
    """
    reports = results.load(path)
    folder.mkdir(parents=True, exist_ok=True)
    names = list(_draw(next(iter(reports.values())), folder))
    page = "\n".join(_page(path.name, reports, names))
    (folder / "benchmarks.md").write_text(page + "\n", encoding="utf-8")


def _draw(report: BenchReport, folder: Path) -> Iterator[tuple[str, str]]:
    """Write the charts; gives title and file name of each."""
    for figure, title in CHARTS.items():
        bars = list(_bars(report, figure))
        if not bars:
            continue
        name = f"benchmarks-{figure.replace('_', '-')}.svg"
        (folder / name).write_text(bar_chart(title, bars), encoding="utf-8")
        yield title, name


def _bars(report: BenchReport, figure: str) -> Iterator[Bar]:
    for name, measured in {OURS: report.ours, **report.peers}.items():
        value = asdict(measured.figures)[figure]
        if value is not None:
            yield Bar(name, value, rounded(value), ours=name == OURS)


def _page(
    source: str, reports: Mapping[str, BenchReport], charts: Iterable[tuple[str, str]]
) -> Iterator[str]:
    first = next(iter(reports.values()))
    yield _INTRODUCTION.format(
        source=source,
        day=first.taken_at[:10],
        server=first.versions["server"],
        durability=first.settings["server"],
    )
    if (words := remarks.of_run(source)) is not None:
        yield f"**About this run.** {words}\n"
    yield from (f"![{title}]({name})\n" for title, name in charts)
    yield from _figures(first)
    yield from _targets(first)
    yield from _backlogs(reports)
    yield from _servers(reports)
    yield from _circumstances(first)


def _figures(report: BenchReport) -> Iterator[str]:
    columns: dict[str, Measured] = {OURS: report.ours, **report.peers}
    heads = [f"{name} {measured.version}" for name, measured in columns.items()]
    yield from _table_head("", *heads)
    for figure, label in LABELS.items():
        cells = (rounded(asdict(measured.figures)[figure]) for measured in columns.values())
        yield _row(label, *cells)
    yield _row("worker setting", *(measured.setting for measured in columns.values()))
    yield _row("jobs run twice", *(str(measured.duplicates) for measured in columns.values()))
    yield ""


def _targets(report: BenchReport) -> Iterator[str]:
    yield "## Targets\n"
    found = verdicts(report)
    yield from _table_head("target", "goal", "measured", "")
    for verdict in found:
        goal = f"{'≥' if verdict.at_least else '≤'} {rounded(verdict.goal)}"
        said = "reached" if verdict.met else "**not reached**"
        yield _row(verdict.target, goal, rounded(verdict.value), said)
    yield ""
    for verdict in found:
        if not verdict.met:
            yield f"- **{verdict.target}**: {remarks.of(verdict.target)}"
    yield ""


def _backlogs(reports: Mapping[str, BenchReport]) -> Iterator[str]:
    for report in reports.values():
        backlog = report.backlog
        if backlog is None:
            continue
        yield f"## A backlog on {report.versions['server']}\n"
        yield f"{backlog.jobs:,} jobs waiting, as many delayed and as many completed.\n"
        yield from _table_head("", "empty queue", "with the backlog", "ratio")
        add = (backlog.add_ms_p99_empty, backlog.add_ms_p99, backlog.add_ratio)
        tick = (backlog.tick_ms_p99_empty, backlog.tick_ms_p99, backlog.tick_ratio)
        yield _row("add p99, ms", *map(rounded, add))
        yield _row("tick of 100 p99, ms", *map(rounded, tick))
        yield _row("bytes per job", "", rounded(backlog.bytes_per_job), "")
        yield "\nLongest time of each script, ms: " + _scripts(backlog.script_ms_max) + ".\n"


def _scripts(longest: Mapping[str, float]) -> str:
    ordered = sorted(longest.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {rounded(value)}" for name, value in ordered)


def _servers(reports: Mapping[str, BenchReport]) -> Iterator[str]:
    """Ours on each server there was."""
    if len(reports) < 2:
        return
    yield "## Backbeat on each server\n"
    yield from _table_head("", *(report.versions["server"] for report in reports.values()))
    columns = [asdict(report.ours.figures) for report in reports.values()]
    for figure, label in LABELS.items():
        yield _row(label, *(rounded(column[figure]) for column in columns))
    yield ""


def _circumstances(report: BenchReport) -> Iterator[str]:
    machine, settings = report.machine, report.settings
    yield "## Taken on\n"
    yield (
        f"- {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
        f" {machine['system']}"
    )
    yield "- " + ", ".join(f"{name} {version}" for name, version in report.versions.items())
    yield f"- {settings['rounds']} rounds, medians of them; {settings['jobs']:,} jobs a step"
    yield f"- switched on in Backbeat: {'; '.join(report.features)}"
    yield from (f"- {note}" for note in report.notes)


def _table_head(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield "|---|" + "---:|" * (len(cells) - 1)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    render(Path(sys.argv[1]) if len(sys.argv) > 1 else results.newest())
