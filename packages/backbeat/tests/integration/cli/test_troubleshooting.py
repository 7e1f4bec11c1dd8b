"""Every command on the page about troubles can be typed as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

from packages.backbeat.tests.integration.cli.conftest import Terminal

PAGE = Path(__file__).parents[5] / "docs/how-to/troubleshooting.md"
COMMANDS = re.findall(r"^backbeat (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_has_steps_for_three_troubles() -> None:
    assert len(COMMANDS) > 15
    assert PAGE.read_text(encoding="utf-8").count("\n## ") == 3


@pytest.mark.parametrize("words", dict.fromkeys(COMMANDS))
def test_the_command_works(terminal: Terminal, words: str) -> None:
    job_id = terminal.add("mail", "send", {})
    done = terminal(*shlex.split(words.replace("JOB", job_id)))
    # The server of the tests keeps nothing on disk, and a doctor says so.
    assert done.exit_code == (1 if words == "doctor" else 0), done.output
