"""The house with auctions in it, served on a port, its workers at work."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from arena.base.db import Database
from arena.base.settings import ArenaSettings
from arena.house import House
from backbeat import Backbeat
from packages.arena.tests.apps.auctions.live.served import Served, serve_auctions
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
async def served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, valkey: PrivateServer, database: Database
) -> AsyncIterator[Served]:
    """A house that auctions, open for people."""
    monkeypatch.chdir(tmp_path)
    settings = ArenaSettings(data_dir=tmp_path / "data")
    async with Backbeat(valkey.url) as jobs:
        house = House(settings=settings, jobs=jobs, database=database)
        async with serve_auctions(house) as served:
            yield served
