"""mypy in strict mode finds wrong uses of handlers, and knows the types of their results."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import backbeat

CASES = Path(__file__).with_name("typing_cases.txt")
ROOT = Path(__file__).parents[5]
SOURCE = Path(backbeat.__file__).parents[1]

ERROR = re.compile(r"^[^:]+:(\d+): error: .*\[([\w-]+)\]$", re.MULTILINE)
REVEALED = re.compile(r'^[^:]+:(\d+): note: Revealed type is "(.*)"$', re.MULTILINE)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What mypy says about the cases."""
    module = tmp_path_factory.mktemp("typing") / "typing_cases.py"
    module.write_text(CASES.read_text("utf-8"), "utf-8")
    command = [
        sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"),
        "--cache-dir", str(ROOT / ".mypy_cache"), "--hide-error-context", str(module),
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT,
        env={"MYPYPATH": str(SOURCE), "PATH": ""},
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr + done.stdout
    return done.stdout


def marked(mark: str) -> dict[int, str]:
    """What the cases expect, by line."""
    lines = enumerate(CASES.read_text("utf-8").splitlines(), 1)
    found = ((number, line.partition(f"  # {mark}: ")[2]) for number, line in lines)
    return {number: expected for number, expected in found if expected}


def test_every_wrong_use_is_an_error_and_no_right_one(said: str) -> None:
    assert {int(line): code for line, code in ERROR.findall(said)} == marked("E")


def test_the_types_of_results_are_known(said: str) -> None:
    revealed = {int(line): _short(kind) for line, kind in REVEALED.findall(said)}

    assert revealed == marked("T")


def _short(kind: str) -> str:
    return re.sub(r"[\w.]+\.(\w+)", r"\1", kind)
