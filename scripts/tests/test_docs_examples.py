"""Each example of the documentation runs, and prints what its page shows."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs/examples").glob("*.py"))
PAGES = sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_prints_what_its_page_shows(example: Path, tmp_path: Path) -> None:
    shown = example.with_suffix(".txt").read_text(encoding="utf-8")
    # PostgreSQL does not run as root, and who it runs as then cannot enter pytest's folders.
    with tempfile.TemporaryDirectory(prefix="ar-") as data:
        Path(data).chmod(0o711)
        ran = subprocess.run(
            [sys.executable, example],
            cwd=tmp_path,
            env={**os.environ, "BACKBEAT_URL": "embedded://data", "ARENA_DATA_DIR": data},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == shown


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that says nothing, a folder below its root."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "mine"\n', encoding="utf-8")
    (tmp_path / "src").mkdir()
    return tmp_path


def test_the_first_example_needs_no_address_and_no_setting(project: Path) -> None:
    ran = without_address(project)
    assert (ran.returncode, ran.stdout) == (0, "Velkommen, Ada!\n"), ran.stderr
    assert (project / ".backbeat/appendonlydir").is_dir()
    [said] = ran.stderr.splitlines()
    assert "embedded Valkey " in said
    assert f"keeps its data in {project}/.backbeat" in said


def test_production_without_an_address_is_refused_in_one_sentence(project: Path) -> None:
    ran = without_address(project, BACKBEAT_ENV="production")
    assert (ran.returncode, ran.stdout) == (1, "")
    said = ran.stderr.splitlines()[-1]
    assert said.startswith("backbeat.errors.ConfigurationError: no server address is set, and")
    assert "BACKBEAT_ENV says production" in said
    assert "set BACKBEAT_URL" in said
    assert not (project / ".backbeat").exists()


def without_address(project: Path, **said: str) -> "subprocess.CompletedProcess[str]":
    """Run the first example where nothing says where the server is."""
    telling = {"KUBERNETES_SERVICE_HOST", "INVOCATION_ID", "SYSTEMD_EXEC_PID"}
    silent = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BACKBEAT_") and name not in telling
    }
    return subprocess.run(
        [sys.executable, ROOT / "docs/examples/first_job.py"],
        cwd=project / "src",
        env=silent | said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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
