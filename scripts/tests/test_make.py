"""The front door: what runs until Ctrl-C ends cleanly on it, and leaves nothing running."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from examples.tests.programs import ROOT, processes_of, wait_until

PATIENCE_S: Final = 60.0

# A server as the tests of the platform start it, and a test that is in its middle until it is told.
WAITING_TEST: Final = """
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivateServer]:
    with PrivateServer(Path({folder!r})) as started:
        yield started


def test_one_that_waits(server: PrivateServer) -> None:
    assert server.client.ping()
    Path({folder!r}, "running").touch()
    threading.Event().wait()
"""

Make = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder for what is started; of root's, PostgreSQL runs as a user who must get into it."""
    with tempfile.TemporaryDirectory(prefix="bb-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def make(room: Path) -> Iterator[Make]:
    """Starts `make WORDS...` as a terminal does: with a process group of its own."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str, cwd: Path = ROOT) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            # The environment is the one this test runs in, and is not to be made again.
            ["make", "--old-file=.venv/.ready", *words] if cwd == ROOT else ["make", *words],
            cwd=cwd,
            env=os.environ | {"TMPDIR": str(room), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    for left in processes_of(room):
        left.kill()


def ctrl_c(process: "subprocess.Popen[str]") -> str:
    """What a terminal does to everything in the foreground; gives what was said at the end."""
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE_S)
    return said


def test_the_demo_says_its_address_and_one_ctrl_c_ends_it(make: Make, room: Path) -> None:
    demo = make("demo", "ARGS=--port 0")
    assert demo.stdout is not None
    line = next(line for line in demo.stdout if "http://" in line)
    assert re.search(r"http://[\d.]+:\d+/", line)
    assert processes_of(room) != []
    said = ctrl_c(demo)
    assert "nothing is left running" in said
    assert "Traceback" not in said
    assert processes_of(room) == []
    assert list(room.glob("arena-demo-*")) == []


def test_tests_that_are_interrupted_leave_no_server(make: Make, room: Path) -> None:
    waiting = room / "test_waiting.py"
    waiting.write_text(WAITING_TEST.format(folder=str(room)), encoding="utf-8")
    tests = make("test", "JOBS=1", f"ARGS=--rootdir=. -c pyproject.toml -k one_that {waiting}")
    wait_until((room / "running").exists, patience_s=PATIENCE_S)
    assert any("valkey" in each.info["name"] for each in processes_of(room))
    said = ctrl_c(tests)
    assert "KeyboardInterrupt" in said, "pytest did not end by itself"
    wait_until(lambda: processes_of(room) == [], patience_s=10)


def until_said(process: "subprocess.Popen[str]", words: str) -> None:
    """Read what is said, up to a line with these words."""
    assert process.stdout is not None
    assert any(words in line for line in process.stdout), f"it ended without {words!r}"


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        (("bench", "ARGS=--jobs 100000 --rounds 1"), "trying setting"),
        (("lint",), "[3/5] mypy"),
        (("docs",), "Building documentation"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_one_ctrl_c_ends_it(make: Make, room: Path, words: tuple[str, ...], sign: str) -> None:
    running = make(*words)
    until_said(running, sign)
    said = ctrl_c(running)
    assert "Traceback" not in said
    wait_until(lambda: processes_of(room) == [], patience_s=10)
    assert [path.name for path in room.iterdir() if path.suffix != ".lock"] == []


def test_fault_tests_that_are_interrupted_leave_no_server_and_no_worker(
    make: Make, room: Path
) -> None:
    faults = make("faults", "ARGS=-k lose_no_job_and_guarded")
    # Both parts read all the tests first.
    wait_until(lambda: _workers(room) >= 3, patience_s=3 * PATIENCE_S)
    said = ctrl_c(faults)
    assert "KeyboardInterrupt" in said, "pytest did not end by itself"
    wait_until(lambda: processes_of(room) == [], patience_s=10)


def _workers(room: Path) -> int:
    """Those that the nursery has forked: all but it, the servers, make, and who runs the tests."""
    return sum("valkey" not in each.info["name"] for each in processes_of(room)) - 4


def test_a_setup_that_is_interrupted_is_made_anew_the_next_time(make: Make, room: Path) -> None:
    copy = room / "checkout"
    for name in ("Makefile", "scripts", "requirements"):
        source = ROOT / name
        copied = shutil.copytree if source.is_dir() else shutil.copy
        copy.mkdir(exist_ok=True)
        copied(source, copy / name)
    for package in ("backbeat", "arena"):
        folder = copy / "packages" / package
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "packages" / package / "pyproject.toml", folder)
    setup = make("setup", cwd=copy)
    until_said(setup, "Collecting")
    said = ctrl_c(setup)
    assert "Traceback" not in said
    assert setup.returncode != 0
    wait_until(lambda: processes_of(room) == [], patience_s=10)
    assert not (copy / ".venv" / ".ready").exists()
