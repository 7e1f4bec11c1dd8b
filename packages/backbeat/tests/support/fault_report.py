"""The fault report: what every fault was tried how often, and what was measured.

It is printed after the tests. `FAULT_REPORT` says where else it goes: as JSON into that file, as a
markdown table beside it. A report is of one run; a test that failed is a row, too. Of several test
processes each writes a file of its own beside it, and they are put together in the end.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

Figures = dict[str, float]

_findings: dict[str, "Finding"] = {}

LONG = os.environ.get("FAULTS") == "long"
# Which of several test processes this is; empty for the first, or the only one.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


@dataclass
class Finding:
    """One fault.

    Attributes:
        fault: What was done, in words.
        n: How often.
        violations: How many promises were broken; a test that fails on it is a row with 1.
        seed: Replays the run.
        figures: What else was counted.
        seconds: Distribution of the time to recover: p50, p99, max.
    """

    fault: str
    n: int
    seed: int
    violations: int = 0
    figures: Figures = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def size(ci: int, long: int) -> int:
    """How much of a fault: a little on every change, a lot with FAULTS=long."""
    return long if LONG else ci


def beyond(seconds: Iterable[float], bound: float) -> int:
    """How many took longer than was promised."""
    return sum(each > bound for each in seconds)


def distribution(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p99 and the largest; nothing of nothing."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    return {
        "n": len(ordered),
        "p50": round(_rank(ordered, 0.50), 4),
        "p99": round(_rank(ordered, 0.99), 4),
        "max": round(ordered[-1], 4),
    }


def publish(finding: Finding) -> None:
    """Enter a finding; of several rounds of a fault all are counted, and the worst is kept."""
    print(json.dumps(asdict(finding)))  # noqa: T201 - seen with a red test, and with -s
    _enter(finding)
    if path := _path():
        _write(path)


def put_together(path: Path | None = None, *, into: Path | None = None) -> None:
    """Take in what other test processes of this run have found out, and write the whole.

    Args:
        path: A report; theirs are named after it. Defaults to that of `FAULT_REPORT`.
        into: Where the whole goes. Defaults to `path`.
    """
    path = path or (None if _WORKER else _path())
    if path is None:
        return
    parts = sorted(path.parent.glob(f"{path.stem}-*.json"))
    for part in parts:
        for entry in json.loads(part.read_text()).values():
            _enter(Finding(**entry))
        part.unlink()
    if parts:
        _write(into or path)


def _path() -> Path | None:
    given = os.environ.get("FAULT_REPORT")
    if not given or given == os.devnull:
        return None
    path = Path(given)
    return path.with_name(f"{path.stem}-{_WORKER}.json") if _WORKER else path


def _enter(finding: Finding) -> None:
    before = _findings.get(finding.fault)
    _findings[finding.fault] = finding if before is None else _together(before, finding)


def _together(one: Finding, other: Finding) -> Finding:
    return Finding(
        other.fault,
        one.n + other.n,
        other.seed,
        one.violations + other.violations,
        _worst(one.figures, other.figures),
        _worst(one.seconds, other.seconds),
    )


def _worst(one: Figures, other: Figures) -> Figures:
    return {name: max(value, one.get(name, value)) for name, value in other.items()}


def _write(path: Path) -> None:
    """Write what there is so far: a run that is interrupted has a report, too."""
    if str(path) == os.devnull:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    findings = {name: asdict(finding) for name, finding in _findings.items()}
    path.write_text(json.dumps(findings, indent=2, sort_keys=True) + "\n")
    if not _WORKER:
        path.with_suffix(".md").write_text(table())


def table() -> str:
    """The report as a markdown table; empty if nothing was found out."""
    findings = list(_findings.values())
    if not findings:
        return ""
    head = "| Fault | n | violations | recovered after (p50 / p99 / max) | also |\n"
    return (
        head
        + "|---|---|---|---|---|\n"
        + "".join(_row(each) for each in sorted(findings, key=lambda each: each.fault))
    )


def _row(finding: Finding) -> str:
    times = " / ".join(
        f"{finding.seconds[name]:.3f} s" for name in ("p50", "p99", "max") if finding.seconds
    )
    also = ", ".join(f"{name}: {value:g}" for name, value in finding.figures.items())
    return f"| {finding.fault} | {finding.n:,} | {finding.violations} | {times or '-'} | {also} |\n"


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
