"""The repository check finds what it is there for, and nothing in a repository that is in order."""

import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.check_repo import find_problems, main

PROJECT = """
[project]
name = "{name}"
version = "1.2.3"
dependencies = ["redis>=6"]
"""
LOCKED = "--only-binary :all:\n\nredis==8.1.0 \\\n    --hash=sha256:00ff\n"

GIT = shutil.which("git")

# Written in pieces, so that the check of our own repository does not find them here.
FOREIGN_HOST = "packages.elsewhere." + "net"
HOME = "/" + "home/ada/backbeat"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A small repository in which everything is in order."""
    if GIT is not None:
        subprocess.run([GIT, "init", "--quiet"], cwd=tmp_path, check=True)
    for name in ("backbeat", "arena"):
        write(tmp_path, f"packages/{name}/pyproject.toml", PROJECT.format(name=name))
    write(tmp_path, "requirements/runtime.in", "--only-binary :all:\nredis\n")
    write(tmp_path, "requirements/runtime.txt", LOCKED)
    write(tmp_path, "CHANGELOG.md", "## [1.2.3]\n")
    write(tmp_path, ".gitignore", "ignored/\n")
    write(
        tmp_path,
        "README.md",
        "Open http://127.0.0.1. Ask ada@mail.example.com.\n",
    )
    return tmp_path


def hashed(pin: str) -> str:
    """A line of a lock file."""
    return f"{pin} \\\n    --hash=sha256:00ff\n"


def write(root: Path, name: str, text: str) -> None:
    """Write a file of the repository, with the folders above it."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


def test_a_repository_in_order_has_no_problems(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(repository) == 0
    assert capsys.readouterr().out == "repository: nothing to report\n"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.md", f"get it from https://{FOREIGN_HOST}/simple", f"a.md:1: address {FOREIGN_HOST}"),
        ("a.toml", f"\nindex = '{FOREIGN_HOST}'", f"a.toml:2: address {FOREIGN_HOST}"),
        ("a.cfg", f"run = {HOME}/run", f"a.cfg:1: {HOME[:7]}... is a path of one machine"),
        ("requirements/b.txt", LOCKED + "rich>=13\n", "b.txt: not pinned with a hash: rich>=13"),
        ("requirements/b.txt", LOCKED + "rich==13\n", "b.txt: not pinned with a hash: rich==13"),
        ("requirements/b.txt", "", "b.txt: --only-binary :all: is missing"),
        ("requirements/b.txt", LOCKED + "--index-url x\n", "not pinned with a hash: --index-url x"),
        ("requirements/b.txt", LOCKED + hashed("pyjwt==2.13.9"), "pyjwt 2.13.9 has a known hole"),
        ("requirements/b.txt", LOCKED + hashed("starlette==0.49.0"), "0.49.1 is the first without"),
        (
            "packages/arena/pyproject.toml",
            PROJECT.format(name="arena").replace("redis>=6", "python-socketio>=5.11"),
            "packages/arena/pyproject.toml: python-socketio 5.11 has a known hole",
        ),
        ("requirements/runtime.in", "redis\nrich\n", "rich: in only one of"),
        ("requirements/runtime.in", "", "redis: in only one of"),
        ("CHANGELOG.md", "## [1.2.2]\n", "CHANGELOG.md: no section for backbeat 1.2.3"),
    ],
)
def test_a_planted_problem_is_found(repository: Path, name: str, text: str, problem: str) -> None:
    write(repository, name, text)

    assert any(problem in found for found in find_problems(repository))
    assert main(repository) == 1


def test_a_version_without_a_known_hole_is_no_problem(repository: Path) -> None:
    write(
        repository, "requirements/b.txt", LOCKED + hashed("starlette==1.0") + hashed("h11==0.16.0")
    )

    assert list(find_problems(repository)) == []


@pytest.mark.parametrize(
    "path", ["/etc/systemd/system", "examples/home/x", "https://localhost/home/x"]
)
def test_paths_of_every_machine_are_no_problem(repository: Path, path: str) -> None:
    write(repository, "deploy.md", path)

    assert list(find_problems(repository)) == []


@pytest.mark.skipif(GIT is None, reason="needs git, which is not on PATH")
def test_ignored_files_are_not_ours(repository: Path) -> None:
    write(repository, "ignored/a.md", FOREIGN_HOST)

    assert list(find_problems(repository)) == []


def test_without_git_the_tree_is_walked_but_for_what_is_made_here(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for made in (".venv/lib", "site", "packages/backbeat/src/__pycache__", "x.egg-info", ".git"):
        write(repository, f"{made}/a.md", FOREIGN_HOST)
    write(repository, "docs/a.md", FOREIGN_HOST)
    monkeypatch.setenv("PATH", "")

    assert [found.partition(":")[0] for found in find_problems(repository)] == ["docs/a.md"]
