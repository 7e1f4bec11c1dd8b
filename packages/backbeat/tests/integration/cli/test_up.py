"""`backbeat up` with real processes: restarted, given up, ended with all that they started."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from backbeat import State
from packages.backbeat.tests.integration.cli.conftest import Reach, Start, Terminal

SLEEP = "exec sleep 600"
# Tells of its own child, and leaves it behind when it is killed.
PARENT = "sleep 601 & echo child $!; wait"
STUBBORN = "trap '' TERM; echo deaf; sleep 602 & wait; wait"


@pytest.fixture
def project(project: Path) -> Path:
    """A folder with settings, so that its logs lie in it."""
    (project / "backbeat.toml").write_text("")
    return project


class Up:
    """A running `backbeat up`, read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.seen: list[str] = []

    def until(self, words: str) -> str:
        """The next line with these words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.seen.append(line)
            if words in line:
                return line
        raise AssertionError(f"{words!r} never came: {self.seen}")

    def pid_of(self, name: str) -> int:
        """The pid that a start tells of."""
        return int(self.until(f"{name} started (pid ").rpartition("(pid ")[2].rstrip(")\n"))

    def end(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=30)
        self.seen += out.splitlines(keepends=True)
        return self.process.returncode


Begin = Callable[..., Up]


@pytest.fixture
def up(project: Path, start: Start) -> Begin:
    """Starts `backbeat up` with the lines of a Procfile."""

    def begin(*lines: str, words: tuple[str, ...] = ()) -> Up:
        (project / "Procfile").write_text("\n".join(lines) + "\n")
        return Up(start("up", *words))

    return begin


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody waits for counts as such."""
    with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        psutil.Process(pid).wait(timeout=20)
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_lines_have_the_name_of_their_process_and_go_to_its_log(
    up: Begin, project: Path, terminal: Terminal
) -> None:
    running = up("talk: echo hello; exec sleep 600", "other: echo there; exec sleep 600")
    while not {"hello", "there"} <= {line.rpartition("| ")[2].strip() for line in running.seen}:
        running.until("| ")
    assert running.end() == 0
    assert (project / ".backbeat/logs/talk.1.log").read_text() == "hello\n"
    assert terminal.json("logs", "talk") == {"process": "talk.1", "line": "hello"}
    lines = [json.loads(line) for line in terminal("logs", "--json").stdout.splitlines()]
    assert lines == [
        {"process": "other.1", "line": "there"}, {"process": "talk.1", "line": "hello"},
    ]  # fmt: skip
    shown = terminal("logs").stdout
    assert "other.1 | there" in shown
    assert terminal("logs", "nobody").exit_code == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_and_is_no_failure(up: Begin, number: int) -> None:
    running = up(f"one: {SLEEP}", f"two: {PARENT}")
    one, two = running.pid_of("one.1"), running.pid_of("two.1")
    child = int(running.until("child ").rpartition(" ")[2])
    assert running.end(number) == 0
    assert all(map(gone, (one, two, child)))


def test_a_killed_process_is_started_again_and_what_it_left_is_ended(up: Begin) -> None:
    running = up(f"two: {PARENT}")
    first = running.pid_of("two.1")
    child = int(running.until("child ").rpartition(" ")[2])
    os.kill(first, signal.SIGKILL)
    running.until("two.1 was ended by SIGKILL")
    second = running.pid_of("two.1")
    assert gone(child)
    assert first != second
    assert running.end() == 0
    assert gone(second)


def test_what_fails_again_and_again_is_given_up_and_the_others_go_on(up: Begin) -> None:
    running = up("bad: exit 3", f"good: {SLEEP}")
    running.until("bad.1 is given up: it ended 5 times within a minute")
    assert sum("bad.1 ended with exit code 3" in line for line in running.seen) == 5
    assert running.end() == 1


def test_it_ends_when_everything_has_ended(up: Begin) -> None:
    running = up("one: true", "two: echo done")
    out, _ = running.process.communicate(timeout=30)
    assert running.process.returncode == 0
    assert "two.1 | done" in out


def test_what_does_not_end_in_time_is_killed(up: Begin) -> None:
    running = up(f"deaf: {STUBBORN}", words=("--grace", "0.2"))
    pid = running.pid_of("deaf.1")
    running.until("| deaf")
    assert running.end() == 1
    assert any("deaf.1 is killed" in line for line in running.seen)
    assert gone(pid)


def test_a_second_signal_ends_at_once(up: Begin) -> None:
    running = up(f"deaf: {STUBBORN}")
    running.until("| deaf")
    running.process.send_signal(signal.SIGINT)
    running.until("stopping")
    assert running.end(signal.SIGINT) == 1


def test_a_real_worker_runs_jobs_and_leaves_nothing(
    up: Begin, shop: str, terminal: Terminal, reach: Reach
) -> None:
    running = up(f"worker: backbeat worker --app {shop}", words=("-c", "worker=2"))
    pids = [running.pid_of("worker.1"), running.pid_of("worker.2")]
    job_id = terminal.add("mail", "send", {"to": "ada"})
    reach("mail", job_id, State.COMPLETED)
    assert running.end() == 0
    assert all(map(gone, pids))
    assert terminal.json("workers", "mail") == []


def test_two_at_a_time_in_one_project_are_refused(up: Begin, terminal: Terminal) -> None:
    running = up(f"one: {SLEEP}")
    running.pid_of("one.1")
    second = terminal("up")
    assert second.exit_code == 2
    assert "runs here already" in second.stderr
    assert running.end() == 0


def test_json_lines_name_their_process(up: Begin) -> None:
    running = up("one: echo hello", words=("--json",))
    assert '"process":"one.1","line":"hello"' in running.until("hello")
    running.process.communicate(timeout=30)


def test_without_a_procfile_it_says_so(terminal: Terminal) -> None:
    assert terminal("up").exit_code == 2
    assert "has not run here" in terminal("logs").stderr
