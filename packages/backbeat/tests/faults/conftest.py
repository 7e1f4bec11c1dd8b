"""What fault tests start from: servers of their own, seeds that replay, workers in processes."""

import os
import random
import secrets
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from packages.backbeat.tests.support.fault_report import LONG, Finding, publish, put_together, table
from packages.backbeat.tests.support.nursery import Nursery
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scene import Scene
from packages.backbeat.tests.support.servers import private_valkey

HERE = Path(__file__).parent
# No seconds are counted there, and nothing waits: they may run beside other tests.
UNHURRIED = (
    "test_chaos.py",
    "test_lost_replies.py",
    "test_mutants.py",
    "test_random_flows.py",
    "test_reclaim_storm.py",
    "test_time_zones.py",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is here runs with no other test beside it."""
    for item in items:
        if item.path.is_relative_to(HERE) and item.path.name not in UNHURRIED:
            item.add_marker("fault")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A long run makes several rounds of the tests that say so."""
    rounds = metafunc.definition.get_closest_marker("rounds")
    if LONG and rounds is not None:
        metafunc.fixturenames.append("round_number")
        metafunc.parametrize("round_number", range(rounds.args[0]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed is a row of the report, too."""
    report = yield
    if report.failed and item.path.is_relative_to(HERE):
        publish(Finding(f"FAILED in {report.when}: {item.name}", 1, seed=0, violations=1))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the report: what was counted is to be seen without a file."""
    put_together()
    if rows := table():
        terminalreporter.section("faults")
        terminalreporter.write(rows)


@pytest.fixture
def seed() -> int:
    """A new one for each run; FAULT_SEED replays one that was printed."""
    given = os.environ.get("FAULT_SEED")
    chosen = secrets.randbelow(2**32) if given is None else int(given)
    print(f"replay with FAULT_SEED={chosen}")  # noqa: T201 - shown with a red test
    return chosen


@pytest.fixture
def rng(seed: int) -> random.Random:
    """Where every choice of a test comes from."""
    return random.Random(seed)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """The parent of bare workers, for the whole run."""
    with (
        tempfile.TemporaryDirectory(prefix="bb-") as folder,
        Nursery(Path(folder) / "log") as running,
    ):
        yield running


@pytest.fixture
def own_server(request: pytest.FixtureRequest) -> Iterator[PrivateServer]:
    """A server that the test may change, kill and freeze; it keeps its data.

    How it writes them down may be a parameter: always (the default) or everysec.
    """
    fsync = getattr(request, "param", "always")
    with private_valkey("--appendonly", "yes", "--appendfsync", fsync) as server:
        yield server


@pytest.fixture
def proxy(own_server: PrivateServer, seed: int) -> Iterator[FaultProxy]:
    """A proxy in front of it."""
    with FaultProxy(own_server.socket, seed=seed) as running:
        yield running


@pytest.fixture
async def scene(
    own_server: PrivateServer, nursery: Nursery, rng: random.Random
) -> AsyncIterator[Scene]:
    """The stage of a test."""
    with tempfile.TemporaryDirectory(prefix="bb-") as folder:
        stage = Scene(own_server, nursery, Path(folder), rng)
        yield stage
        await stage.close()
