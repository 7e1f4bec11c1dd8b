"""Which folder is the project."""

import subprocess
import sys
from pathlib import Path

import pytest

from backbeat.config import find_project_root
from backbeat.errors import ConfigurationError


@pytest.mark.parametrize("name", ["pyproject.toml", "backbeat.toml"])
def test_the_nearest_project_file_decides(project: Path, name: str) -> None:
    inner = project / "inner"
    (inner / "deep").mkdir(parents=True)
    (project / "pyproject.toml").touch()
    (inner / name).touch()
    assert find_project_root(inner / "deep") == inner
    assert find_project_root(project) == project


def test_without_a_project_file_it_is_the_working_directory(project: Path) -> None:
    assert find_project_root() == project


def test_a_working_directory_that_is_gone_is_said(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = project / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(ConfigurationError, match="no longer exists"):
        find_project_root()


def test_importing_reads_no_file_and_no_variable(project: Path) -> None:
    (project / "backbeat.toml").write_text("this is not TOML")
    code = "import backbeat.config, backbeat.server"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        env={"BACKBEAT_LEASE": "wrong", "BACKBEAT_ENV": "production"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [file.name for file in project.iterdir()] == ["backbeat.toml"]
