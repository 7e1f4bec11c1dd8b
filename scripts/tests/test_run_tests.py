"""Both parts of a test run count as one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import MIN_REDIS_MAJOR
from scripts.run_tests import FAULTS, together

ROOT = __file__.rpartition("/scripts/")[0]


def select(*options: str) -> "subprocess.CompletedProcess[str]":
    """Run what is selected, in both parts."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.run_tests", "0", *options],
        cwd=ROOT,
        env=os.environ | {"FAULT_REPORT": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("codes", "whole"),
    [
        ([0, 0], 0), ([0, 5], 0), ([5, 0], 0), ([5, 5], 5), ([1, 0], 1), ([0, 1], 1), ([5, 1], 1),
        ([2], 2), ([3, 1], 3),
    ],
)  # fmt: skip
def test_a_part_that_has_nothing_to_run_spoils_nothing(codes: list[int], whole: int) -> None:
    assert together(codes) == whole


def test_what_is_selected_is_looked_for_in_both_parts() -> None:
    one = "packages/backbeat/tests/conformance/test_stalled.py"
    done = select(
        one, f"{FAULTS}/test_killed_probes.py", "-k", "redis7 or valkey or killed_probes", "-q"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *_, last = done.stdout.strip().splitlines()
    assert last.startswith(f"optional: redis-server >= {MIN_REDIS_MAJOR}")
    # The tests on Redis are in the first part, the last line is of the second.
    assert "no test needs it; chromium" not in last
    assert done.stdout.count("passed") == 2


FLAKY = """
from pathlib import Path

def test_that_fails_once():
    mark = Path(__file__).with_name("{mark}")
    before = mark.exists()
    mark.touch()
    assert before
"""


def elsewhere(folder: Path) -> list[str]:
    """Run the tests of a folder that is none of ours, with our conftest.py all the same."""
    return ["--rootdir", str(folder), "-p", "conftest", "-p", "no:asyncio"]


def test_what_failed_is_run_again_and_named(tmp_path: Path) -> None:
    flaky, broken = tmp_path / "test_flaky.py", tmp_path / "test_broken.py"
    flaky.write_text(FLAKY.format(mark="mark"))
    broken.write_text("def test_that_fails():\n    assert False\n")
    done = select(*elsewhere(tmp_path), str(flaky), "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_that_fails_once: they passed then" in done.stdout

    (tmp_path / "mark").unlink()
    done = select(*elsewhere(tmp_path), str(flaky), str(broken), "-q")
    assert done.returncode == 1, done.stdout
    assert ": red" in done.stdout.strip().splitlines()[-1]


def test_more_failures_than_chance_makes_are_not_run_again(tmp_path: Path) -> None:
    several = tmp_path / "test_several.py"
    several.write_text("".join(f"def test_{n}():\n    assert False\n\n" for n in range(4)))
    done = select(*elsewhere(tmp_path), str(several), "-q")
    assert done.returncode == 1
    assert "again" not in done.stdout
