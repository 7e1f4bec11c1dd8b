"""Real draws where they are at hand, and programs that leave nothing behind."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from examples.tests.programs import ROOT, Start, processes_of


@pytest.fixture(scope="session")
def feeds() -> Path:
    """The folder of real draws; without it the test is skipped by name."""
    data = Path(os.environ.get("BACKBEAT_DATA") or ROOT.parent / "shared" / "data")
    if not (data / "feeds" / "us_powerball.csv").is_file():
        pytest.skip("no real draws: neither ../shared/data nor BACKBEAT_DATA has feeds/")
    return data / "feeds"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `python -m MODULE ARGS...`; its server, its files and it itself are under tmp_path."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, **options: Any) -> subprocess.Popen[str]:
        environment = {name: os.environ[name] for name in os.environ if "BACKBEAT" not in name}
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=environment
            | {"BACKBEAT_URL": f"embedded://{tmp_path}/server", "TMPDIR": str(tmp_path)}
            | options.pop("env", {}),
            text=True,
            **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options),
        )
        started.append(process)
        return process

    yield begin
    for left in processes_of(tmp_path):
        left.kill()
    for process in started:
        process.communicate()
