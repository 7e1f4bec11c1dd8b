"""Findings of several test processes, and of both parts of a run, become one report."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

# Each test enters what it found, as the fault tests do; one has to run by itself.
TEST: Final = """
import pytest
from packages.backbeat.tests.support.fault_report import Finding, publish

@pytest.mark.parametrize("number", range(8))
def test_beside_others(number):
    publish(Finding("made up", 1, seed=number, figures={"number": number}))

@pytest.mark.fault
def test_by_itself():
    publish(Finding("made up", 4, seed=0, figures={"number": 9}))
"""


def test_the_findings_of_all_test_processes_are_one_report(tmp_path: Path) -> None:
    (tmp_path / "test_made_up.py").write_text(TEST)
    report = tmp_path / "found" / "report.json"
    # It is no part of the run that this test is in.
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [
            sys.executable, "-m", "scripts.run_tests", "2",
            "-c", "pyproject.toml", "--rootdir", ".", "-q", tmp_path,
        ],
        cwd=ROOT,
        env=own | {"FAULT_REPORT": str(report), "WITHIN_S": "600"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed") == 2
    found = json.loads(report.read_text())["made up"]
    assert (found["n"], found["figures"]["number"]) == (12, 9)
    assert "| made up | 12 | 0 |" in report.with_suffix(".md").read_text()
    assert sorted(file.name for file in report.parent.iterdir()) == ["report.json", "report.md"]
