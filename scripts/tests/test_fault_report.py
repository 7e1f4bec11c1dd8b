"""Findings of several test processes become one report."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

# Each test process enters what it found, as the fault tests do.
TEST: Final = """
import os
import pytest
from packages.backbeat.tests.support.fault_report import Finding, publish

@pytest.mark.parametrize("number", range(8))
def test_a_fault(number):
    publish(Finding("made up", 1, seed=number, figures={"number": number}))
"""

CONFTEST: Final = """
from packages.backbeat.tests.support.fault_report import put_together, table

def pytest_terminal_summary(terminalreporter):
    put_together()
    terminalreporter.write(table())
"""


def test_the_findings_of_two_processes_are_one_report(tmp_path: Path) -> None:
    (tmp_path / "test_made_up.py").write_text(TEST)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    report = tmp_path / "report.json"
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", ROOT,
            "-n", "2", "--dist", "worksteal", "-q", tmp_path,
        ],
        cwd=ROOT,
        env=os.environ | {"FAULT_REPORT": str(report)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(report.read_text())["made up"]
    assert (found["n"], found["figures"]["number"]) == (8, 7)
    assert "| made up | 8 | 0 |" in report.with_suffix(".md").read_text()
    assert "| made up | 8 | 0 |" in done.stdout
    assert list(tmp_path.glob("report-*")) == []
