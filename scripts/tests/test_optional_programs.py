"""What the last line of a test run says of optional programs."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[2] / "conftest.py"

TESTS = """
import pytest

@pytest.mark.needs_redis7
def test_on_redis(): pass

@pytest.mark.needs_redis7
def test_on_redis_again(): pass

def test_on_nothing(): pass
"""

SETTINGS = """
[pytest]
markers =
    needs_redis7: x
    needs_chromium: x
    needs_gcc: x
    needs_nginx: x
    needs_systemd: x
"""


@pytest.fixture(autouse=True)
def _no_other_tally(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run that this test is part of may add up in a file, which is not for these runs."""
    monkeypatch.delenv("OPTIONAL_TALLY", raising=False)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder with our conftest, two tests that need Redis and one that needs nothing."""
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "pytest.ini").write_text(SETTINGS)
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "bin").mkdir()
    return tmp_path


def install(suite: Path, version: str) -> None:
    """Put a program on the suite's PATH that answers --version as redis-server does."""
    program = suite / "bin" / "redis-server"
    program.write_text(f"#!/bin/sh\necho 'Redis server v={version} sha=0 malloc=libc bits=64'\n")
    program.chmod(0o755)


def run(suite: Path, *options: str, required: str = "0") -> tuple[int, list[str]]:
    """Run the suite with nothing but its own bin on PATH; exit code and lines."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=suite,
        env=os.environ | {"PATH": str(suite / "bin"), "REQUIRE_OPTIONAL": required},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip().splitlines()


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_a_missing_program_is_named_and_its_tests_counted(
    suite: Path, options: tuple[str, ...]
) -> None:
    code, lines = run(suite, *options)

    assert code == 0
    assert lines[-1] == (
        "optional: redis-server >= 7 skipped (not on PATH): 2 tests skipped;"
        " chromium: no test needs it; gcc: no test needs it; nginx: no test needs it;"
        " systemd-analyze: no test needs it"
    )
    assert "1 passed, 2 skipped" in lines[-2]


def test_an_old_program_counts_as_missing(suite: Path) -> None:
    install(suite, "6.2.7")

    _, lines = run(suite)

    assert "too old (Redis server v=6.2.7" in lines[-1]
    assert "1 passed, 2 skipped" in lines[-2]


def test_a_present_program_is_tested(suite: Path) -> None:
    install(suite, "7.0.15")

    code, lines = run(suite, required="1")

    assert code == 0
    assert lines[-1].startswith("optional: redis-server >= 7 tested: 2 tests;")
    assert "3 passed" in lines[-2]


def test_a_skip_fails_the_run_where_nothing_may_be_skipped(suite: Path) -> None:
    code, lines = run(suite, required="1")

    assert code == 1
    assert "REQUIRE_OPTIONAL=1" in lines[-1]


@pytest.mark.parametrize(("name", "replaced"), [("x", False), ("long" * 30, True)])
def test_a_temporary_folder_too_long_for_sockets_is_replaced(
    suite: Path, name: str, replaced: bool
) -> None:
    (suite / "test_it.py").write_text(
        "import tempfile\ndef test_it(): print('in', tempfile.gettempdir())\n"
    )
    with tempfile.TemporaryDirectory(prefix="bb-", dir="/tmp") as parent:
        folder = Path(parent, name)
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-s"],
            cwd=suite,
            env=os.environ | {"TMPDIR": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert f"in {'/tmp' if replaced else folder}\n" in done.stdout
