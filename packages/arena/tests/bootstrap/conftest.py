"""A house on real stores, with a corner shop in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from arena.base.db import Database
from arena.base.settings import ArenaSettings
from arena.house import House
from backbeat import Backbeat
from packages.arena.tests.support.environment import variables
from packages.backbeat.tests.support.private_server import PrivateServer


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the house is set, and no .env is where we are."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def house(
    tmp_path: Path, clean_environment: None, valkey: PrivateServer, database: Database
) -> AsyncIterator[House]:
    """A house without applications."""
    settings = ArenaSettings(data_dir=tmp_path / "data", cors_origin="https://shop.example.com")
    async with Backbeat(valkey.url) as jobs:
        yield House(settings=settings, jobs=jobs, database=database)
