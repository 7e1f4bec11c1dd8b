"""One server, one served process and one browser for all tests of the dashboard."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from packages.backbeat.tests.support.dashboard import Stage, Visitor, dashboard_process, stage_on
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import private_valkey


@pytest.fixture(scope="session")
def dashboard_store() -> Iterator[PrivateServer]:
    """Its server, which no other test empties."""
    with private_valkey() as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(dashboard_store: PrivateServer) -> AsyncIterator[Stage]:
    """The dashboard, served; each test makes a queue of its own in it."""
    async with stage_on(dashboard_store) as made:
        yield made


@pytest.fixture(scope="session")
def read_only_address(dashboard_store: PrivateServer) -> Iterator[str]:
    """The same dashboard, served read-only."""
    with dashboard_process(dashboard_store.url, "people", "read-only") as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def admin(stage: Stage) -> AsyncIterator[Visitor]:
    """Somebody who may everything."""
    async with stage.visitor("admin") as visitor:
        yield visitor
    assert visitor.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def operator(stage: Stage) -> AsyncIterator[Visitor]:
    """Somebody who steers."""
    async with stage.visitor("operator") as visitor:
        yield visitor
    assert visitor.complaints == []
