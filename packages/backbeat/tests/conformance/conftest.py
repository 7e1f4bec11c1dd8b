"""The same tests on every store: what an application sees must not depend on where its jobs are."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from backbeat import Backbeat
from backbeat.testing import FakeClock, application
from packages.backbeat.tests.conftest import REDIS7
from packages.backbeat.tests.support.fault_report import LONG
from packages.backbeat.tests.support.least_user import least_user
from packages.backbeat.tests.support.mailbox import Mailbox
from packages.backbeat.tests.support.private_server import PrivateServer

# On a cluster, too: these touch every script and every plain command. FAULTS=long runs all of them
# there, and on nothing else.
ON_A_CLUSTER: Final = frozenset(
    {"test_emptying", "test_job_locks", "test_measuring", "test_moving", "test_named_limits",
     "test_partitions", "test_progress_and_logs", "test_stalled", "test_sync_breakers",
     "test_sync_flows", "test_whole_limits", "test_workers", "test_own_scripts"}
)  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on every store."""
    if "url" not in metafunc.fixturenames:
        return
    stores = [] if LONG else ["valkey", REDIS7, "fakeredis"]
    if LONG or metafunc.module.__name__.rpartition(".")[2] in ON_A_CLUSTER:
        stores.append("cluster")
    metafunc.parametrize("url", stores, indirect=True)


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str | None:
    """Address of the server; None for the one without a server."""
    if request.param == "fakeredis":
        return None
    server = request.getfixturevalue(request.param)
    if isinstance(server, PrivateServer):
        # Whatever an application does must be among the rights that it says it needs.
        return least_user(server, "test-")
    address: str = server.url
    return address


@pytest.fixture
def clock() -> FakeClock:
    """The time of the test."""
    return FakeClock()


@pytest.fixture
async def app(url: str | None, clock: FakeClock) -> AsyncIterator[Backbeat]:
    """An application on an empty store, in the time of the test."""
    declared = Backbeat()
    async with application(declared, clock=clock, url=url):
        yield declared


@pytest.fixture
def box() -> Mailbox:
    """A channel of alerts."""
    return Mailbox()
