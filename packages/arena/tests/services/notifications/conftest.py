"""A provider that fails on request, and the service on real stores."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from arena.base.db import Database
from arena.base.settings import ArenaSettings
from arena.house import House
from arena.services.notifications import Provider
from arena.services.notifications.fake_provider import FakeProvider, fake_provider
from backbeat import Backbeat
from packages.arena.tests.services.notifications.stage import Stage
from packages.arena.tests.support.environment import variables
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """A provider on this machine."""
    with fake_provider() as provider:
        yield provider


@pytest.fixture
async def stage(
    database: Database, valkey: PrivateServer, provider: FakeProvider
) -> AsyncIterator[Stage]:
    """The service, with e-mail by the provider."""
    app = Backbeat(url=valkey.url)
    email = Provider("email", provider.url, seconds=0.5)
    yield Stage(app, database, [email])
    await email.close()
    await app.close()


@pytest.fixture
async def house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, valkey: PrivateServer, database: Database
) -> AsyncIterator[House]:
    """A house without applications, whatever the environment says."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    async with Backbeat(valkey.url) as jobs:
        yield House(
            settings=ArenaSettings(data_dir=tmp_path / "data"), jobs=jobs, database=database
        )
