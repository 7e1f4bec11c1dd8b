"""The command line as somebody at a terminal uses it, on embedded servers."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import psutil
import pytest

from examples.tests.programs import wait_until
from packages.arena.tests.support.environment import variables

PATIENCE_S: Final = 120.0
# Each command is a process of its own, and some start two servers.
pytestmark = pytest.mark.timeout(300)
Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder for the servers; of root's, PostgreSQL runs as a user who must get into it."""
    with tempfile.TemporaryDirectory(prefix="ar-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def arena(room: Path) -> Iterator[Run]:
    """Starts `arena WORDS...` with everything it keeps in the room."""
    started: list[subprocess.Popen[str]] = []
    outside = {name: value for name, value in os.environ.items() if name not in set(variables())}

    def begin(*words: str, **more: str) -> "subprocess.Popen[str]":
        own = {"ARENA_DATA_DIR": str(room / "a"), "BACKBEAT_URL": f"embedded://{room}/v"}
        process = subprocess.Popen(
            [sys.executable, "-m", "arena.cli", *words],
            cwd=room,
            env=outside | own | {"TMPDIR": str(room)} | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
    for left in processes_of(room):
        left.kill()


def processes_of(room: Path) -> list[psutil.Process]:
    """Every process but this one that has the room in its command line."""
    found = []
    for each in psutil.process_iter():
        try:
            if any(str(room) in word for word in each.cmdline()):
                found.append(each)
        except psutil.Error:
            continue
    return [each for each in found if each.pid != os.getpid()]


def done(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """How it ended, and what it said."""
    out, said = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, said


def address(process: "subprocess.Popen[str]") -> str:
    """The first address that it says."""
    return first_said(process, r"http://[\d.]+:\d+")


def first_said(process: "subprocess.Popen[str]", pattern: str) -> str:
    """The first of these words that it says; nothing after it is read before its end."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(pattern, line):
            return found[0]
    raise AssertionError(f"it ended without saying {pattern}")


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - our own page
        return json.loads(answer.read())


def post(url: str, body: dict[str, str]) -> Any:
    sent = urllib.request.Request(  # noqa: S310 - our own page
        url, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(sent, timeout=PATIENCE_S) as answer:  # noqa: S310
        return json.loads(answer.read())


def test_a_house_is_served_a_user_is_granted_a_role_and_sigterm_ends_it(
    arena: Run, room: Path
) -> None:
    house = arena("serve", "--port", "0")
    at = address(house)
    assert get(f"{at}/health")["data"]["status"] == "ok"
    signed = post(
        f"{at}/api/auth/sign-up",
        {"email": "ada@example.com", "username": "ada", "password": "correct horse"},
    )
    assert signed["success"]
    code, out, said = done(arena("users", "grant", "ada", "player", "admin", "--json"))
    assert code == 0, said
    granted = json.loads(out)
    assert (granted["username"], granted["roles"]) == ("ada", ["admin", "player"])
    assert done(arena("users", "block", "nobody"))[0] == 4
    assert done(arena("users", "grant", "ada", "emperor"))[0] == 2
    house.send_signal(signal.SIGTERM)
    code, _, said = done(house)
    assert (code, "Traceback" in said) == (0, False), said
    assert processes_of(room) == []
    assert stat.S_IMODE((room / "a" / "jwt_secret").stat().st_mode) == 0o600


def test_a_worker_joins_the_servers_of_the_house_and_sigterm_ends_both(
    arena: Run, room: Path
) -> None:
    house = arena("serve", "--port", "0", "--no-dashboard")
    at = address(house)
    worker = arena("worker", "--concurrency", "4")
    # Not asked over and over: each request is a log line, and nobody reads them meanwhile.
    first_said(worker, "takes jobs of .*auction-finalization")
    assert get(f"{at}/backbeat/api/v1/workers")["data"] != []
    for process in (worker, house):
        process.send_signal(signal.SIGTERM)
        code, _, said = done(process)
        assert (code, "Traceback" in said) == (0, False), said
    assert processes_of(room) == []


def test_a_house_that_is_served_spares_the_collector(arena: Run, room: Path) -> None:
    """Asked within its own process: what it was told when it was ready stays out of every turn."""
    answer = room / "frozen"
    (room / "sitecustomize.py").write_text(
        "import gc, pathlib, signal\n"
        "def tell(*_): pathlib.Path('frozen').write_text(f'{gc.get_freeze_count()}.')\n"
        "signal.signal(signal.SIGUSR1, tell)\n"
    )
    house = arena("serve", "--port", "0", "--no-dashboard", PYTHONPATH=str(room))
    address(house)

    house.send_signal(signal.SIGUSR1)
    wait_until(lambda: answer.exists() and answer.read_text().endswith("."), patience_s=PATIENCE_S)

    assert int(answer.read_text().rstrip(".")) > 10_000


def bids_in(shown: Any) -> int:
    """How often simulated people have bid on what is listed."""
    return sum(each["state"]["totalBids"] for each in shown["data"])


def test_the_demo_says_its_addresses_and_one_ctrl_c_ends_everything(arena: Run, room: Path) -> None:
    demo = arena("demo", "--port", "0", "--people", "2")
    at = address(demo)
    mail = first_said(demo, r"its e-mails +(http://[\d.]+:\d+)").split()[-1]
    assert get(f"{at}/health")["data"]["status"] == "ok"
    assert get(f"{at}/backbeat/api/v1/queues")["success"]
    wait_until(lambda: bids_in(get(f"{at}/api/items")) > 0, patience_s=PATIENCE_S)
    # Bidders are outbid, and sellers sell.
    wait_until(lambda: get(f"{mail}/messages") != [], patience_s=PATIENCE_S)
    # Whoever looks at pages does not hold up the end, nor start anything again.
    for pages in ("/backbeat/dashboard/", "/", "/house/auctions"):
        with urllib.request.urlopen(f"{at}{pages}", timeout=PATIENCE_S) as page:  # noqa: S310
            assert page.status == 200
    demo.send_signal(signal.SIGINT)
    code, _, said = done(demo)
    assert (code, "Traceback" in said) == (0, False), said
    assert "nothing is left running" in said
    assert processes_of(room) == []
    assert list(room.glob("arena-demo-*")) == []


def test_a_ledger_that_is_whole_is_said_to_be(arena: Run) -> None:
    code, _, said = done(arena("ledger", "verify"))
    assert (code, "arena migrate" in said) == (2, True), said
    assert done(arena("migrate"))[0] == 0
    code, out, said = done(arena("ledger", "verify", "--json"))
    assert code == 0, said
    report = json.loads(out)
    assert (report["ok"], report["broken"], report["sealed"]) == (True, [], 0)


@pytest.mark.parametrize(
    ("words", "environment", "code", "what"),
    [
        (["serve"], {"NODE_ENV": "production", "PORT": "0"}, 2, "no address of PostgreSQL"),
        (["serve"], {"PORT": "many"}, 2, "PORT"),
        (["migrate"], {"DATABASE_URL": "mysql://h/d"}, 2, "DATABASE_URL is no address"),
        (["migrate"], {"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/d"}, 3, "PostgreSQL"),
        (["serve", "--host", "192.0.2.1"], {}, 2, "cannot listen at 192.0.2.1"),
    ],
)
def test_what_is_set_up_wrong_is_said_in_one_line_with_its_code(
    arena: Run, words: list[str], environment: dict[str, str], code: int, what: str
) -> None:
    ended, out, said = done(arena(*words, **environment))
    assert (ended, out) == (code, ""), said
    assert said.startswith("error: ")
    assert what in said
    assert said.count("\n") == 1
    assert "hunter2" not in said


def test_the_help_imports_neither_stores_nor_web() -> None:
    code = (
        "import sys\nfrom arena.cli.program import build\nbuild()\n"
        "heavy = {'sqlalchemy', 'fastapi', 'nicegui', 'socketio', 'uvicorn'} & set(sys.modules)\n"
        "sys.stdout.write(' '.join(sorted(heavy)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
