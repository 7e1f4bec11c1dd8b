"""`backbeat worker` as a process: takes jobs, obeys signals, refuses what makes no sense."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from packages.backbeat.tests.integration.cli.conftest import Start, Terminal, Work
from packages.backbeat.tests.support.private_server import PrivateServer

INSTALLED = Path(sys.executable).with_name("backbeat")


def until(happened: Callable[[], bool], patience_s: float = 30.0) -> None:
    """Look again and again at what the worker does."""
    end = time.monotonic() + patience_s
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def read_until(screen: int, words: str) -> str:
    """What a program writes to a terminal, up to these words."""
    shown = ""
    while words not in shown:
        shown += os.read(screen, 4096).decode(errors="replace")
    return shown


def state(terminal: Terminal, queue: str, job_id: str) -> str:
    return str(terminal.json("job", queue, job_id)["state"])


def end(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> str:
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    return said


def test_a_job_is_run_and_sigterm_ends_the_worker(
    terminal: Terminal, start: Start, shop: str
) -> None:
    worker = start("worker", "--app", shop, "--concurrency", "4")
    answer = terminal.json("enqueue", "mail", "send", '{"to": "ann", "times": 2}', "--wait")
    assert answer["result"] == 2
    assert [each["queue"] for each in terminal.json("workers")] == ["mail", "reports"]
    assert terminal.json("workers", "mail")[0]["about"]["concurrency"] == 4
    assert "mail" in terminal("workers").stdout
    end(worker)
    assert worker.returncode == 0
    assert terminal.json("workers") == []


def test_the_installed_program_takes_the_application_from_the_project(
    terminal: Terminal, start: Start, shop: str, project: Path
) -> None:
    (project / "pyproject.toml").write_text(f'[tool.backbeat]\napp = "{shop}"\n')
    options = ("--processes", "2", "--queues", "mail,reports=4", "--grace", "1s")
    worker = start("worker", *options, program=[INSTALLED])
    until(lambda: len(terminal.json("workers")) == 4)
    working = [(each["queue"], each["about"]["pid"]) for each in terminal.json("workers")]
    assert sorted(queue for queue, _ in working) == ["mail", "mail", "reports", "reports"]
    assert len({pid for _, pid in working}) == 2
    answer = terminal.json("enqueue", "mail", "send", '{"to": "ann"}', "--wait")
    assert answer["result"] == 1
    other = terminal.add("reports", "forever", {})
    until(lambda: state(terminal, "reports", other) == "active")
    end(worker)
    assert worker.returncode == 0
    assert terminal.json("workers") == []


def test_on_a_terminal_a_bar_is_shown_and_the_answer_stays_clean(
    terminal: Terminal, start: Start, shop: str, work: Work
) -> None:
    screen, theirs = pty.openpty()
    words = ("enqueue", "mail", "send", '{"to": "ann"}', "--wait", "--json")
    asking = start(*words, "--app", shop, stderr=theirs, env=os.environ | {"TERM": "xterm"})
    os.close(theirs)
    shown = read_until(screen, "waiting for its end")
    assert re.search(r"[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]", shown), "no spinner"
    [job] = terminal.json("jobs", "mail", "--state", "waiting")["jobs"]
    work("mail", job["id"])
    out, _ = asking.communicate(timeout=30)
    os.close(screen)
    assert json.loads(out)["result"] == 1
    assert asking.returncode == 0


def test_waiting_for_a_job_that_fails_ends_with_one(
    terminal: Terminal, start: Start, shop: str
) -> None:
    start("worker", "--app", shop)
    result = terminal("enqueue", "mail", "break", '{"why": "no ink"}', "--wait", "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "ValueError: no ink" in result.stderr


def test_only_the_named_queues_are_taken_from(terminal: Terminal, start: Start, shop: str) -> None:
    other = terminal.add("reports", "forever", {})
    worker = start("worker", "--app", shop, "--queues", "mail=3")
    assert terminal.json("enqueue", "mail", "send", '{"to": "ann"}', "--wait")["result"] == 1
    assert state(terminal, "reports", other) == "waiting"
    end(worker, signal.SIGINT)
    assert worker.returncode == 0


def test_what_runs_goes_back_when_the_grace_is_over(
    terminal: Terminal, start: Start, shop: str
) -> None:
    job_id = terminal.add("reports", "forever", {})
    worker = start("worker", "--app", shop, "--grace", "100ms")
    until(lambda: state(terminal, "reports", job_id) == "active")
    end(worker)
    assert worker.returncode == 0
    shown = terminal.json("job", "reports", job_id)
    assert (shown["state"], shown["failures"]) == ("waiting", 0)


def test_a_second_signal_ends_at_once(terminal: Terminal, start: Start, shop: str) -> None:
    job_id = terminal.add("reports", "forever", {})
    worker = start("worker", "--app", shop, "--grace", "1h")
    until(lambda: state(terminal, "reports", job_id) == "active")
    worker.send_signal(signal.SIGTERM)
    assert worker.stderr is not None
    for line in worker.stderr:
        if "SIGTERM: stopping" in line:
            break
    end(worker)
    assert worker.returncode == 128 + signal.SIGTERM
    assert state(terminal, "reports", job_id) == "waiting"


def test_a_running_job_is_cancelled_from_outside(
    terminal: Terminal, start: Start, shop: str
) -> None:
    job_id = terminal.add("reports", "forever", {})
    start("worker", "--app", shop)
    until(lambda: state(terminal, "reports", job_id) == "active")
    assert terminal.json("remove", "reports", job_id, code=1)[0]["outcome"] == "active"
    assert terminal("obliterate", "reports", "--yes").exit_code == 1
    assert terminal.json("cancel", "reports", job_id)[0]["outcome"] == "flagged"
    until(lambda: state(terminal, "reports", job_id) == "cancelled")


def test_reload_starts_again_when_code_changes(
    terminal: Terminal, start: Start, shop: str, project: Path
) -> None:
    worker = start("worker", "--app", shop, "--reload")
    assert terminal.json("enqueue", "mail", "send", '{"to": "ann"}', "--wait")["result"] == 1
    file = project / f"{shop.partition(':')[0]}.py"
    file.write_text(file.read_text().replace("return times", "return times * 100"))
    answers: list[Any] = []

    def changed() -> bool:
        answers.append(terminal.json("enqueue", "mail", "send", '{"to": "ann"}', "--wait"))
        return bool(answers[-1]["result"] == 100)

    until(changed)
    end(worker)
    assert worker.returncode == 0


def test_log_lines_are_json_where_the_settings_say_so(
    start: Start, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKBEAT_LOG_JSON", "true")
    worker = start("worker", "--app", shop)
    assert worker.stderr is not None
    first = json.loads(worker.stderr.readline())
    assert first["logger"] == "backbeat.worker.supervisor"
    assert end(worker) or worker.returncode == 0


LOGGING = """
import logging
from backbeat import Backbeat
from backbeat.config import Settings

app = Backbeat(settings=Settings(url={url!r}))
queue = app.queue("q")


@queue.job(mode="{mode}")
{define} log() -> None:
    logging.getLogger("mine").info("from the handler")
"""


@pytest.mark.parametrize(
    ("define", "mode"), [("async def", "async"), ("def", "thread"), ("def", "process")]
)
def test_with_json_every_process_logs_json(
    terminal: Terminal, start: Start, project: Path, valkey: PrivateServer, define: str, mode: str
) -> None:
    # The settings stand in the code: nothing in the environment reaches the children.
    text = LOGGING.format(url=valkey.url, define=define, mode=mode)
    (project / f"logging_{mode}.py").write_text(text)
    worker = start("worker", "--app", f"logging_{mode}:app", "--json")
    terminal.json("enqueue", "q", "log", "{}", "--wait", "--url", valkey.url)
    lines = [json.loads(line) for line in end(worker).splitlines()]
    said = {line["logger"]: line["pid"] for line in lines}
    assert said.keys() >= {"backbeat.worker.supervisor", "mine"}
    assert said["mine"] != worker.pid == said["backbeat.worker.supervisor"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--queues", "nowhere"), "queue 'nowhere' is not declared"),
        (("--queues", "mail,nowhere=2"), "queue 'nowhere' is not declared"),
        (("--queues", "mail=x"), "write names with weights"),
        (("--queues", "mail,,reports"), "write names with weights"),
        (("--queues", "mail=0"), "weight of queue 'mail'"),
        (("--concurrency", "0"), "--concurrency"),
        (("--processes", "0"), "--processes"),
        (("--grace", "soon"), "is no time"),
        (("--lease", "10ms"), "lease must be at least"),
    ],
)
def test_what_makes_no_sense_is_refused(
    terminal: Terminal, shop: str, words: tuple[str, ...], why: str
) -> None:
    result = terminal("worker", "--app", shop, *words)
    assert result.exit_code == 2
    assert why in " ".join(result.stderr.split())
