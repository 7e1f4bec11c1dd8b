"""`make faults` runs every test of the platform that has a long form: else nobody ever would."""

import re
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
TESTS: Final = ROOT / "packages" / "backbeat" / "tests"
ASKS: Final = re.compile(r'\bLONG\b|\bsize\(ci=|environ.*"FAULTS"')


def what_faults_runs() -> list[Path]:
    """The folders and files that the target names."""
    said = subprocess.run(
        ["make", "--dry-run", "--old-file=.venv/.ready", "faults"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "FAULTS=long" in said
    return [ROOT / word for word in said.split() if word.startswith("packages/")]


def test_every_long_form_is_run_by_the_target() -> None:
    run = what_faults_runs()
    asking = [file for file in TESTS.rglob("*.py") if ASKS.search(file.read_text("utf-8"))]
    asking = [file for file in asking if "support" not in file.parts]
    assert len(asking) > 20
    left_out = [
        str(file.relative_to(ROOT))
        for file in asking
        if not any(file.is_relative_to(place) for place in run)
    ]
    assert left_out == []


def test_what_the_target_names_is_there() -> None:
    assert [str(place) for place in what_faults_runs() if not place.exists()] == []
