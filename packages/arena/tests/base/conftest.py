"""What tests of the base share."""

from pathlib import Path

import pytest

from packages.arena.tests.support.environment import variables


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the house is set, and no .env is where we are."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
