"""What the tutorial has its reader type: the commands of its shell blocks, in their order."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LESSON = (ROOT / "docs/tutorial/first-job.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
PATIENCE_S = 30.0

Type = Callable[[str], "subprocess.Popen[str]"]


def blocks(language: str) -> list[str]:
    """The fences of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", LESSON, re.MULTILINE | re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The reader's project, as far as the lesson has come when it turns to the shell."""
    example = (ROOT / "docs/examples/first_job.py").read_text(encoding="utf-8")
    (tmp_path / "first_job.py").write_text(example, encoding="utf-8")
    [settings] = blocks("toml")
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    return tmp_path


@pytest.fixture
def type_in(project: Path) -> Iterator[Type]:
    """Starts a line as the reader would."""
    started: list[subprocess.Popen[str]] = []
    silent = {name: value for name, value in os.environ.items() if "BACKBEAT" not in name}

    def begin(line: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            shlex.split(line, comments=True),
            cwd=project,
            env=silent
            | {"PATH": f"{BIN}:{silent['PATH']}", "BACKBEAT_URL": f"embedded://{project}/data"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_every_command_of_the_lesson_works(type_in: Type) -> None:
    first, *others = [line for block in blocks("shell") for line in block.splitlines()]
    worker = type_in(first)
    said = [answer(type_in, line) for line in others]
    assert "welcome" in said[0] or "created" in said[0]
    assert "mails" in said[1]
    until_it_says("welcome", lambda: answer(type_in, others[-1]))
    worker.send_signal(signal.SIGINT)
    _, log = worker.communicate(timeout=PATIENCE_S)
    assert worker.returncode == 0, log


def answer(type_in: Type, line: str) -> str:
    process = type_in(line)
    out, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, f"{line}: {said}"
    return out


def until_it_says(words: str, ask: Callable[[], str]) -> None:
    """The worker may take a moment."""
    deadline = time.monotonic() + PATIENCE_S
    while words not in ask():
        assert time.monotonic() < deadline, f"{words} was never shown"
