"""The fault report: what every fault was tried how often, and what was measured.

Several test processes write to the same file, each fault under its own name. `FAULT_REPORT` says
where; a markdown table is written beside it.
"""

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

Figures = dict[str, float]

LONG = os.environ.get("FAULTS") == "long"


@dataclass
class Finding:
    """One fault.

    Attributes:
        fault: What was done, in words.
        n: How often.
        violations: How many promises were broken; a test that ends well has 0.
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
    """Print a finding, and put it into the report if one was asked for."""
    print(json.dumps(asdict(finding)))  # noqa: T201 - seen with a red test, and with -s
    path = os.environ.get("FAULT_REPORT")
    if path is not None:
        _enter(Path(path), finding)


def _enter(path: Path, finding: Finding) -> None:
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        findings = json.loads(path.read_text()) if path.exists() else {}
        findings[finding.fault] = asdict(finding)
        path.write_text(json.dumps(findings, indent=2, sort_keys=True) + "\n")
        path.with_suffix(".md").write_text(_table([Finding(**each) for each in findings.values()]))


def _table(findings: Sequence[Finding]) -> str:
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
