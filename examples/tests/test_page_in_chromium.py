"""The status page in a browser: its script fills it with what the demo says."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from examples.tests.held_page import held_page
from examples.tests.programs import Start, processes_of, wait_until
from examples.tests.test_demo import address

pytestmark = pytest.mark.needs_chromium

TILE = re.compile(r'<div class="card tile"><b>([\d,]+)</b><span>([a-z ]+)</span></div>')
PATIENCE_S = 60.0


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """An empty one: nothing of another run is in it, and nothing of this one stays."""
    made = tmp_path / "profile"
    made.mkdir()
    return made


def dump_dom(url: str, profile: Path) -> str:
    """The document as the scripts have left it, once the page has loaded."""
    quiet = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ]  # fmt: skip
    browser = subprocess.Popen(
        ["chromium", *quiet, f"--user-data-dir={profile}", "--dump-dom", url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        document, _ = browser.communicate(timeout=PATIENCE_S)
    finally:
        if browser.poll() is None:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.communicate()
    assert browser.returncode == 0
    return document


def test_its_script_fills_the_page(start: Start, tmp_path: Path, profile: Path) -> None:
    demo = start("examples.draws.demo", "--port", "0", "--rate", "50")
    with held_page(address(demo), "tiles") as url:
        document = dump_dom(url, profile)
    tiles = {name: int(value.replace(",", "")) for value, name in TILE.findall(document)}
    assert tiles.keys() >= {"completed", "waiting", "active", "failed"}
    assert sum(tiles.values()) > 0
    assert ">live</span>" in document
    assert 'aria-label="completed per second"' in document
    demo.send_signal(signal.SIGINT)
    _, said = demo.communicate(timeout=30)
    assert demo.returncode == 0, said
    wait_until(lambda: processes_of(tmp_path) == [])  # the browser has helpers of its own
