"""Alerts on the command line: look, silence, test, watch."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from packages.backbeat.tests.integration.cli.conftest import Terminal
from packages.backbeat.tests.support.receiver import receiver

FILE = """
[[alerts.rules]]
kind = "no_workers"
waited = 0

[[alerts.channels]]
name = "pager"
type = "webhook"
url = "{url}"
keys = ["a secret of sixteen"]
insecure = true
private = true
"""


def test_nothing_is_wrong_at_first(terminal: Terminal) -> None:
    assert terminal.json("alerts", "list") == {"active": [], "silences": [], "history": []}
    assert "nothing is wrong" in terminal("alerts", "list").stdout


def test_a_silence_is_listed_and_ended(terminal: Terminal) -> None:
    said = terminal.json("alerts", "silence", "no_workers", "--duration", "2h", "--reason", "move")
    assert said == {"pattern": "no_workers", "seconds": 7_200}
    (quiet,) = terminal.json("alerts", "list")["silences"]
    assert (quiet["pattern"], quiet["reason"]) == ("no_workers", "move")
    assert "move" in terminal("alerts", "list").stdout
    terminal.json("alerts", "silence", "no_workers", "--duration", "0")
    assert terminal.json("alerts", "list")["silences"] == []


def test_a_test_says_which_channel_failed(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with receiver() as there:
        Path("backbeat.toml").write_text(FILE.format(url=there.url), encoding="utf-8")
        assert terminal.json("alerts", "test") == {"pager": None}
        there.behaviour = 500
        assert terminal.json("alerts", "test", code=1) == {"pager": "127.0.0.1 answered 500"}
        assert len(there.came) == 2


def test_what_a_watcher_finds_is_brought(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("enqueue", "mail", "send", '{"to": "ada"}').exit_code == 0
    with receiver() as there:
        (tmp_path / "backbeat.toml").write_text(FILE.format(url=there.url), encoding="utf-8")
        watching = subprocess.Popen(
            [sys.executable, "-m", "backbeat.cli", "alerts", "run"],
            cwd=tmp_path,
            env=dict(os.environ),
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert watching.stderr is not None
            for line in watching.stderr:
                if "alert no_workers|mail" in line:
                    break
            assert there.first.wait(30)
        finally:
            watching.terminate()
            watching.communicate()
    (active,) = terminal.json("alerts", "list")["active"]
    assert (active["key"], active["told"]) == ("no_workers|mail", True)
