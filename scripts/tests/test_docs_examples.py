"""Each example of the documentation runs, and prints what its page shows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs/examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_prints_what_its_page_shows(example: Path, tmp_path: Path) -> None:
    shown = example.with_suffix(".txt").read_text(encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, example],
        cwd=tmp_path,
        env={**os.environ, "BACKBEAT_URL": "embedded://data"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == shown


def test_each_example_is_on_a_page() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").rglob("*.md"))
    assert [path.name for path in EXAMPLES if f'"docs/examples/{path.name}"' not in pages] == []


def test_the_readme_shows_the_first_example() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / "docs/examples/first_job.py").read_text(encoding="utf-8").strip() in readme
