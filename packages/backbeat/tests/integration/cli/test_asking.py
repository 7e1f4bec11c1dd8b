"""Questions before something is thrown away, on a real terminal."""

import os
import pty
import subprocess

import pytest

from packages.backbeat.tests.integration.cli.conftest import Start, Terminal


@pytest.mark.parametrize(("answer", "code", "queues"), [("y", 0, 0), ("n", 1, 1)])
def test_obliterate_does_what_a_person_answers(
    terminal: Terminal, start: Start, answer: str, code: int, queues: int
) -> None:
    terminal.add("mail", "send", {})
    keyboard, screen = pty.openpty()
    os.write(keyboard, f"{answer}\n".encode())
    process = start("obliterate", "mail", stdin=screen, stderr=subprocess.STDOUT)
    said, _ = process.communicate(timeout=30)
    os.close(screen)
    os.close(keyboard)
    assert "Remove mail with every job in it?" in said
    assert process.returncode == code
    assert len(terminal.json("queues")) == queues
