"""A house with users, on real stores and a Google of our own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from arena.base.db import Database
from arena.base.settings import ArenaSettings
from backbeat import Backbeat
from packages.arena.tests.base.http.shop import FREE
from packages.arena.tests.base.sessions.door import Door, open_door
from packages.arena.tests.support.google import CLIENT, FakeGoogle, Signer, fake_google
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture(scope="module")
def google_server() -> Iterator[tuple[FakeGoogle, Signer]]:
    """A Google for one file, and its first key."""
    with fake_google() as google:
        yield google, google.signers[0]


@pytest.fixture
def google(google_server: tuple[FakeGoogle, Signer]) -> FakeGoogle:
    """A Google that answers, with one key."""
    google, first = google_server
    google.answer, google.asked, google.max_age, google.signers = None, 0, 3_600, [first]
    return google


@pytest.fixture
def settings(tmp_path: Path, clean_environment: None) -> ArenaSettings:
    """An installation for trying out."""
    return ArenaSettings(data_dir=tmp_path / "data", google_client_id=CLIENT)


@pytest.fixture
async def jobs(valkey: PrivateServer) -> AsyncIterator[Backbeat]:
    """An application on an empty server."""
    async with Backbeat(valkey.url) as app:
        yield app


@pytest.fixture
async def door(
    settings: ArenaSettings, jobs: Backbeat, database: Database, google: FakeGoogle
) -> AsyncIterator[Door]:
    """The door of the house, without rate limits."""
    async with open_door(settings, jobs, database, google, FREE) as door:
        yield door
