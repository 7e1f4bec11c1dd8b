"""An installation of several processes, and the doors by which people come to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from arena.base.db import Database
from backbeat import Backbeat
from packages.arena.tests.apps.auctions.live.served import Served
from packages.arena.tests.support.processes import Installation, Running
from packages.backbeat.tests.support.private_server import PrivateServer

Door = tuple[Running, Served]
OpenDoor = Callable[[], Awaitable[Door]]


@pytest.fixture
def installation(
    tmp_path: Path, valkey: PrivateServer, fresh_database: Database
) -> Iterator[Installation]:
    """Nothing runs yet but its stores."""
    postgres = fresh_database.engine.url.set(drivername="postgresql")
    settings = {
        "BACKBEAT_URL": valkey.url,
        "DATABASE_URL": postgres.render_as_string(hide_password=False),
        "ARENA_DATA_DIR": str(tmp_path / "data"),
    }
    installation = Installation(tmp_path, settings)
    yield installation
    installation.close()


@pytest.fixture
async def open_door(installation: Installation, valkey: PrivateServer) -> AsyncIterator[OpenDoor]:
    """Starts another process that serves; whoever came by it leaves in the end."""
    async with Backbeat(valkey.url) as jobs, AsyncExitStack() as people:

        async def door() -> Door:
            gateway, at = await asyncio.to_thread(installation.gateway)
            return gateway, Served(at, jobs, people)

        yield door
