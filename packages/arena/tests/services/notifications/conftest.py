"""A provider that fails on request, and the service on real stores."""

from collections.abc import AsyncIterator, Iterator

import pytest

from arena.base.db import Database
from arena.services.notifications import Provider
from backbeat import Backbeat
from packages.arena.tests.services.notifications.stage import Stage
from packages.arena.tests.support.provider import FakeProvider, fake_provider
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
