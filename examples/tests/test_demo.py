"""The demo: it starts, says where its page is, shows what happens, and ends with nothing left."""

import json
import re
import signal
import subprocess
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from examples.tests.programs import Start, processes_of, wait_until


@pytest.fixture
def demo(start: Start) -> subprocess.Popen[str]:
    return start("examples.draws.demo", "--port", "0", "--rate", "50")


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://[\d.]+:\d+/", line)
    assert found, line
    return found[0]


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own page
        text: str = answer.read().decode()
        return text


def status(url: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(get(url + "status"))
    return found


def test_the_page_is_live_and_one_ctrl_c_ends_everything(
    demo: subprocess.Popen[str], tmp_path: Path
) -> None:
    url = address(demo)
    assert "<title>Draws on Backbeat</title>" in get(url)
    wait_until(lambda: status(url)["tiles"]["completed"] >= 20)
    shown = status(url)
    assert shown["recent"]
    assert set(shown["shares"]) >= {"Even and odd white balls", "Red ball"}
    assert any(rate > 0 for rate in shown["rates"])
    # A browser that looks on must not hold up the end.
    with urllib.request.urlopen(url + "stream", timeout=10) as stream:  # noqa: S310 - ours
        assert stream.readline().startswith(b"data: ")
        demo.send_signal(signal.SIGINT)
        out, said = demo.communicate(timeout=30)
    assert demo.returncode == 0, said
    assert "nothing is left running" in out
    assert "Traceback" not in said
    assert processes_of(tmp_path) == []
    assert list(tmp_path.glob("backbeat-demo-*")) == []


def test_it_goes_on_when_its_worker_is_killed(demo: subprocess.Popen[str], tmp_path: Path) -> None:
    url = address(demo)
    wait_until(lambda: status(url)["tiles"]["completed"] > 0)
    workers = [each for each in processes_of(tmp_path) if "backbeat.cli" in each.cmdline()]
    for worker in workers:
        worker.kill()
    before = status(url)["tiles"]["completed"]
    wait_until(lambda: status(url)["tiles"]["completed"] > before + 20)
    demo.send_signal(signal.SIGTERM)
    _, said = demo.communicate(timeout=30)
    assert demo.returncode == 0, said
    assert len(workers) == 1
    assert processes_of(tmp_path) == []
