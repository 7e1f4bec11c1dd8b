"""The live view: once for programs, again and again on a terminal."""

import os
import pty
import signal
import subprocess

from backbeat import State
from packages.backbeat.tests.integration.cli.conftest import Reach, Start, Terminal


def test_one_look_has_counts_backlog_and_workers(terminal: Terminal) -> None:
    terminal.add("mail", "send", {})
    [row] = terminal.json("top")
    assert (row["queue"], row["waiting"], row["workers"], row["running"]) == ("mail", 1, [], [])
    assert row["load"]["waiting"] == 1
    shown = terminal("top", "mail", "--once").stdout
    assert all(word in shown for word in ("mail", "waiting", "oldest", "done/s"))
    assert terminal("top", "nowhere", "--once").exit_code == 4


def test_without_queues_it_says_so(terminal: Terminal) -> None:
    assert "no queue yet" in terminal("top").stdout


def test_workers_are_shown_with_what_they_run(
    terminal: Terminal, start: Start, shop: str, reach: Reach
) -> None:
    start("worker", "--app", shop)
    job_id = terminal.add("reports", "forever", {})
    reach("reports", job_id, State.ACTIVE)
    (running,) = terminal.json("top", "reports")
    assert running["running"] == [{"id": job_id, "name": "forever"}]
    assert len(running["workers"]) == 1
    assert job_id in terminal("top", "--once").stdout


def test_on_a_terminal_it_goes_on_until_ctrl_c(terminal: Terminal, start: Start) -> None:
    terminal.add("mail", "send", {})
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "160", "LINES": "40"}
    pipes = {"stdin": theirs, "stdout": theirs, "stderr": subprocess.PIPE}
    running = start("top", "--every", "0.2", env=environment, **pipes)
    os.close(theirs)
    seen = ""
    while seen.count("Ctrl-C ends") < 3:
        seen += os.read(ours, 65_536).decode(errors="replace")
    assert "mail" in seen
    running.send_signal(signal.SIGINT)
    while True:
        try:
            if not os.read(ours, 65_536):
                break
        except OSError:  # how a terminal says that nobody is left at its other end
            break
    os.close(ours)
    assert running.wait(20) == 130
