"""An address wins; a server of one's own is refused where it would be a mistake."""

from pathlib import Path

import pytest

from arena.base.errors import Misconfigured
from arena.base.postgres import EmbeddedPostgres, choose_postgres
from arena.base.settings import ArenaSettings
from backbeat.server.surroundings import Surroundings

HOME = Surroundings()


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "POSTGRES_HOST", "NODE_ENV", "ARENA_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def settings(**more: object) -> ArenaSettings:
    return ArenaSettings.model_validate(more)


def test_an_address_is_taken_as_it_is() -> None:
    url = "postgresql://arena@db/arena"

    assert choose_postgres(settings(database_url=url, node_env="production"), HOME) == url


def test_without_an_address_it_is_the_embedded_one(tmp_path: Path) -> None:
    chosen = choose_postgres(settings(data_dir=tmp_path), HOME)

    assert isinstance(chosen, EmbeddedPostgres)
    assert chosen.folder == tmp_path / "postgres"


@pytest.mark.parametrize(
    ("node_env", "surroundings", "place"),
    [
        ("production", HOME, "NODE_ENV says production"),
        ("development", Surroundings(kubernetes=True), "Kubernetes pod"),
        ("development", Surroundings(systemd_unit=True), "systemd unit"),
    ],
)
def test_where_it_would_be_private_by_mistake_it_is_refused(
    node_env: str, surroundings: Surroundings, place: str
) -> None:
    with pytest.raises(Misconfigured, match=rf"{place}.* set DATABASE_URL"):
        choose_postgres(settings(node_env=node_env), surroundings)


def test_written_out_it_is_allowed_everywhere() -> None:
    chosen = choose_postgres(
        settings(node_env="production", database_url="embedded:///srv/arena"), HOME
    )

    assert isinstance(chosen, EmbeddedPostgres)
    assert chosen.folder == Path("/srv/arena")
