"""The variables of the seeds are read, ours win, and the example shows all and no secret."""

import re
from pathlib import Path
from typing import Final

import pytest

from arena.base.http.options import HttpOptions
from arena.base.settings import ArenaSettings
from packages.arena.tests.support.environment import variables

EXAMPLE: Final = Path(__file__).parents[4] / ".env.example"

pytestmark = pytest.mark.usefixtures("clean_environment")


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> ArenaSettings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return ArenaSettings()


def test_without_anything_everything_is_embedded_and_at_port_4000() -> None:
    bare = ArenaSettings()
    assert (bare.backbeat, bare.postgres) == (None, None)
    assert (bare.host, bare.port, bare.jwt_expires_in) == ("127.0.0.1", 4000, "24h")


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({"REDIS_HOST": "cache"}, "redis://cache:6379/0"),
        ({"REDIS_HOST": "127.0.0.1", "REDIS_PORT": "6329", "REDIS_DB": "2"},
         "redis://127.0.0.1:6329/2"),
        ({"REDIS_HOST": "h", "REDIS_PASSWORD": "p/@:", "REDIS_TLS": "true"},
         "rediss://:p%2F%40%3A@h:6379/0"),
        ({"REDIS_URL": "redis://one:1/1", "REDIS_HOST": "two"}, "redis://one:1/1"),
        ({"BACKBEAT_URL": "unix:///run/s", "REDIS_URL": "redis://one:1/1", "REDIS_HOST": "two"},
         "unix:///run/s"),
        ({"REDIS_PORT": "6329", "REDIS_DB": "2"}, None),
    ],
)  # fmt: skip
def test_the_server_of_jobs_is_where_backbeat_url_says_else_where_redis_is(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], address: str | None
) -> None:
    assert settings(monkeypatch, **environment).backbeat == address


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({"DATABASE_URL": "postgresql://a@b/c", "POSTGRES_HOST": "d"}, "postgresql://a@b/c"),
        ({"POSTGRES_HOST": "db", "POSTGRES_DB": "bids", "POSTGRES_USER": "u",
          "POSTGRES_PASSWORD": "p@s"}, "postgresql://u:p%40s@db:5432/bids"),
        ({"POSTGRES_HOST": "db", "POSTGRES_PORT": "6543"}, "postgresql://arena@db:6543/arena"),
    ],
)  # fmt: skip
def test_postgresql_is_where_database_url_says_else_where_its_parts_say(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], address: str
) -> None:
    assert settings(monkeypatch, **environment).postgres == address


def test_origins_of_pages_and_of_sockets_are_one_list(monkeypatch: pytest.MonkeyPatch) -> None:
    said = settings(
        monkeypatch,
        CORS_ORIGIN="https://a.example.com, https://b.example.com",
        SOCKET_CORS_ORIGIN="https://b.example.com",
    )
    assert said.origins == ("https://a.example.com", "https://b.example.com")


def test_the_limit_of_an_address_is_that_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    said = settings(monkeypatch, RATE_LIMIT_WINDOW_MS="60000", RATE_LIMIT_MAX_REQUESTS="7")
    visitor = HttpOptions.of(said).visitor
    assert visitor is not None
    assert (visitor.count, visitor.per) == (7, 60.0)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    said = settings(
        monkeypatch,
        JWT_SECRET="hunter2-1",  # noqa: S106 - is looked for
        REDIS_URL="redis://:hunter2-2@h",
        DATABASE_URL="postgresql://u:hunter2-3@h/d",
        POSTGRES_PASSWORD="hunter2-4",  # noqa: S106
        REDIS_PASSWORD="hunter2-5",  # noqa: S106
    )
    assert "hunter2" not in repr(said)
    assert "hunter2" not in str(said.model_dump())


def test_the_example_shows_every_setting_and_no_secret() -> None:
    shown = dict(
        re.findall(r"^#? ?([A-Z][A-Z_]+)=(\S*)$", EXAMPLE.read_text("utf-8"), re.MULTILINE)
    )
    parts = {"REDIS_URL", "REDIS_PASSWORD", *(f"POSTGRES_{each}" for each in ("HOST", "PORT", "DB",
             "USER", "PASSWORD"))}  # fmt: skip
    assert set(shown) == set(variables()) - parts
    assert (shown["REDIS_PORT"], shown["REDIS_DB"]) == ("6329", "2")
    assert shown["JWT_SECRET"] == ""
    assert not any(re.search("://[^/]*:[^/]*@", value) for value in shown.values())


def test_the_example_reads_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    monkeypatch.chdir(tmp_path)
    read = ArenaSettings()
    assert (read.backbeat, read.redis_port, read.redis_db) == (None, 6329, 2)
    assert read.origins == ()
