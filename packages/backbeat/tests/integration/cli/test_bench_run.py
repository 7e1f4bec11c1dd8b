"""One tiny run of the whole benchmark: real server, real processes, every figure."""

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from backbeat.cli.bench import BenchOptions, run_bench
from backbeat.cli.bench.running import BenchFailed
from backbeat.server.binary import find_binary

TINY = BenchOptions(
    jobs=400,
    single_jobs=50,
    pickups=20,
    rounds=1,
    concurrency=50,
    idle_s=0.5,
    backlog=3_000,
)


@pytest.fixture(autouse=True)
def _own_lock(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real benchmark on this machine must not hold up the tests."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("bench")))


@pytest.fixture
def lines() -> Console:
    return Console(file=StringIO(), width=200)


def test_a_run_measures_every_figure_loses_nothing_and_says_what_it_does(lines: Console) -> None:
    report = run_bench(TINY, console=lines)
    said = lines.file.getvalue() if isinstance(lines.file, StringIO) else ""

    missing = {name for name, value in asdict(report.ours.figures).items() if value is None}
    # So few jobs may all be done before the worker is looked at for the first time.
    assert missing <= {"worker_us_per_job"}
    assert report.ours.figures.drain_per_s is not None
    assert report.ours.figures.drain_per_s > 0
    assert report.ours.duplicates == 0
    assert report.ours.setting == "50"
    assert report.backlog is not None
    assert {"tick", "enqueue"} <= report.backlog.script_ms_max.keys()
    assert report.versions["server"] == str(find_binary())
    assert report.settings["rounds"] == 1
    for words in ("round 1: backbeat: draining", "pick-up time", "backlog: turn 3 of 3"):
        assert words in said


def test_a_peer_that_breaks_is_left_out_with_its_last_words(
    lines: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PEERBENCH_HOME", raising=False)
    (tmp_path / "peer_huey.py").write_text("")
    python = tmp_path / ".work/venvs/huey/bin/python"
    python.parent.mkdir(parents=True)
    # It tells its version, and breaks at anything else.
    python.write_text('#!/bin/sh\n[ "$1" = -c ] && echo 9 && exit\necho "no broker" >&2\nexit 1\n')
    python.chmod(0o755)
    options = BenchOptions(
        jobs=100, peer_jobs=10, single_jobs=10, pickups=5, rounds=1, concurrency=10, idle_s=0.2,
        peers=tmp_path,
    )  # fmt: skip

    report = run_bench(options, console=lines)

    assert report.peers == {}
    assert len(report.notes) >= 1
    assert "huey is left out, it failed: huey: single: no broker" in report.notes[0]


def test_our_own_failure_is_not_hidden(lines: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backbeat.cli.bench.contender.OUR_PROGRAM", "backbeat.cli.bench.nowhere")

    with pytest.raises(BenchFailed, match="No module named"):
        run_bench(TINY, console=lines)


def test_a_run_that_is_told_to_end_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "backbeat.cli", "bench", "--jobs", "50000", "--rounds", "1"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        for line in run.stderr:
            if "trying setting" in line:
                break
        run.send_signal(signal.SIGTERM)
        assert run.wait(30) == 130

    assert [path for path in tmp_path.iterdir() if path.suffix != ".lock"] == []
    assert _commands_with(str(tmp_path)) == []


def _commands_with(words: str) -> list[str]:
    """Command lines of this machine that name the folder, as a server does."""
    listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in listing.stdout.splitlines() if words in line]
