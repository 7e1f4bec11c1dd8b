"""Each example of the documentation runs, and prints what its page shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs/examples").glob("*.py"))
PAGES = sorted((ROOT / "docs").rglob("*.md"))


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


def test_each_example_and_what_it_prints_are_on_a_page() -> None:
    lines = {line for page in PAGES for line in page.read_text(encoding="utf-8").splitlines()}
    taken_in = [shown for path in EXAMPLES for shown in (path, path.with_suffix(".txt"))]
    missing = [path.name for path in taken_in if f'--8<-- "docs/examples/{path.name}"' not in lines]
    assert missing == []


def test_no_page_takes_a_file_in_with_a_line_that_a_formatter_has_torn() -> None:
    torn = [page.name for page in PAGES if re.search(r"8 +< |8< +-", page.read_text("utf-8"))]
    assert torn == []


def test_the_readme_shows_the_first_example() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / "docs/examples/first_job.py").read_text(encoding="utf-8").strip() in readme
