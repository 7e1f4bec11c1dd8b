"""One house with pages and one browser for all tests of the pages of auctions."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from packages.arena.tests.apps.auctions.pages.stage import Stage, house_process
from packages.arena.tests.support.databases import Databases
from packages.backbeat.tests.support.dashboard import chromium
from packages.backbeat.tests.support.servers import private_valkey


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """The house, served; each test sells something of its own in it."""
    database_at = databases.address(await databases.named())
    folder = tmp_path_factory.mktemp("house")
    with private_valkey() as valkey, house_process(valkey.url, database_at, str(folder)) as at:
        async with chromium() as browser:
            stage = Stage(at, browser, database_at)
            async with stage.stack:
                yield stage
