"""Files of results: what one run of everything found on one machine, on each server it had."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from backbeat.cli.bench.report import BenchReport

FOLDER: Final = Path(__file__).parent / "results"


def save(reports: Mapping[str, BenchReport], folder: Path = FOLDER) -> Path:
    """Write one file, named after the day and the machine; never over another one.

    Args:
        reports: By name of the server product; the first one names the file.
        folder: Where to.

    Raises:
        ValueError: There is no report.
        FileExistsError: These very results are there already.
    """
    if not reports:
        raise ValueError("no report, no file")
    first = next(iter(reports.values()))
    name = f"{first.taken_at[:10]}-{machine_name(first)}"
    path = folder / f"{name}.json"
    if path.exists():
        # A second run of a day says when it was taken.
        path = folder / f"{name}-{re.sub(r'[^0-9]', '', first.taken_at[11:19])}.json"
    folder.mkdir(parents=True, exist_ok=True)
    content = {server: report.as_dict() for server, report in reports.items()}
    with path.open("x", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=2) + "\n")
    return path


def load(path: Path) -> dict[str, BenchReport]:
    """Reports of a file, by server product."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {server: BenchReport.from_dict(data) for server, data in content.items()}


def newest(folder: Path = FOLDER) -> Path:
    """The file whose results were taken last, whatever it is called.

    Raises:
        FileNotFoundError: There is none.
    """
    found = list(folder.glob("*.json"))
    if not found:
        raise FileNotFoundError(f"no results in {folder.name}: run benchmarks/run_all.py first")
    return max(found, key=_taken_at)


def machine_name(report: BenchReport) -> str:
    """A few words that tell machines apart in a file name."""
    machine = report.machine
    words = f"{machine['cores']}-core {machine['processor']}".lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:60]


def _taken_at(path: Path) -> str:
    return max(report.taken_at for report in load(path).values())
