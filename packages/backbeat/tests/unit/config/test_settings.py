"""Where settings come from, which place wins, and what a wrong one says."""

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from backbeat.config import Settings
from backbeat.errors import ConfigurationError


def write(project: Path, text: str, name: str = "pyproject.toml") -> None:
    (project / name).write_text(text)


def sources(settings: Settings) -> dict[str, str]:
    return {entry.name: entry.source for entry in settings.provenance()}


def test_defaults_hold_where_nothing_is_said() -> None:
    settings = Settings.load()
    assert (settings.url, settings.namespace, settings.lease, settings.grace) == (
        None,
        "bb",
        30.0,
        25.0,
    )
    assert settings.max_payload_bytes == 262_144
    assert (settings.log_level, settings.log_json) == ("INFO", False)
    assert set(sources(settings).values()) == {"default"}


def test_each_place_wins_over_the_one_below(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, "[tool.backbeat]\nlease = 10\ngrace = 11\nnamespace = 'file'\n")
    monkeypatch.setenv("BACKBEAT_GRACE", "21")
    monkeypatch.setenv("BACKBEAT_NAMESPACE", "env")
    settings = Settings.load(namespace="flag")
    assert (settings.lease, settings.grace, settings.namespace) == (10.0, 21.0, "flag")
    assert sources(settings)["lease"] == f"[tool.backbeat] in {project / 'pyproject.toml'}"
    assert sources(settings)["grace"] == "BACKBEAT_GRACE"
    assert sources(settings)["namespace"] == "an argument"


def test_a_value_that_equals_the_default_still_names_its_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BACKBEAT_LEASE", "30")
    assert sources(Settings.load())["lease"] == "BACKBEAT_LEASE"


def test_a_flag_that_was_not_given_overrides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKBEAT_URL", "redis://there")
    assert Settings.load(url=None).url == "redis://there"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKBEAT_URL", "")
    assert Settings.load().url is None


def test_the_own_file_wins_over_pyproject_in_the_same_folder(project: Path) -> None:
    write(project, "[tool.backbeat]\nlease = 10\n")
    write(project, "lease = 12\n", "backbeat.toml")
    settings = Settings.load()
    assert settings.lease == 12.0
    assert sources(settings)["lease"] == str(project / "backbeat.toml")


def test_the_redis_url_of_other_programs_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://other")
    assert Settings.load().url is None


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"lease": "soon"}, ["lease", "an argument", "'soon'", "seconds above 0"]),
        ({"lease": 0}, ["lease", "greater than 0"]),
        ({"lease": float("inf")}, ["lease", "finite"]),
        ({"grace": -1}, ["grace", "0 or more"]),
        ({"max_payload_bytes": 0}, ["max_payload_bytes", "bytes above 0"]),
        ({"namespace": "a{b}"}, ["namespace", "letters, digits"]),
        ({"app": "shop.jobs"}, ["app", "module:attribute"]),
        ({"log_level": "loud"}, ["log_level", "DEBUG, INFO"]),
        ({"leese": 3}, ["leese", "not a setting", "did you mean lease?"]),
        ({"max-payload-bytes": 3}, ["did you mean max_payload_bytes?"]),
        ({"colour": "red"}, ["colour", "there are url, namespace"]),
    ],
)
def test_a_wrong_value_is_one_sentence_with_field_source_and_remedy(
    overrides: dict[str, object], words: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as error:
        Settings.load(**overrides)
    assert [word for word in words if word not in str(error.value)] == []
    assert "\n" not in str(error.value)


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKBEAT_LOG_JSON", "perhaps")
    with pytest.raises(ConfigurationError, match=r"log_json \(BACKBEAT_LOG_JSON\) = 'perhaps'"):
        Settings.load()


def test_a_wrong_value_in_a_file_names_the_file(project: Path) -> None:
    write(project, "lease = 'x'\n", "backbeat.toml")
    with pytest.raises(ConfigurationError, match=r"lease \(.*backbeat\.toml\)"):
        Settings.load()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.backbeat\n", "is not valid TOML"),
        ("tool.backbeat = 3\n", r"must be a table: write \[tool\.backbeat\]"),
    ],
)
def test_a_file_that_is_not_right_is_named(project: Path, text: str, words: str) -> None:
    write(project, text)
    with pytest.raises(ConfigurationError, match=words) as error:
        Settings.load()
    assert str(project / "pyproject.toml") in str(error.value)


def test_a_password_is_never_shown() -> None:
    settings = Settings.load(url="rediss://ann:s3cret@host:6380/1?ssl_password=s3cret")
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(settings.provenance())
    with pytest.raises(ConfigurationError) as error:
        Settings.load(url="ftp://ann:s3cret@host")
    assert "s3cret" not in str(error.value)


def test_settings_are_frozen_and_travel_to_other_processes() -> None:
    settings = Settings.load(lease=5)
    with pytest.raises(ValidationError, match="frozen"):
        settings.lease = 6.0
    copy = pickle.loads(pickle.dumps(settings))  # noqa: S301 - our own bytes
    assert copy.lease == 5.0
    assert copy.provenance() == settings.provenance()


def test_settings_made_by_hand_read_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKBEAT_LEASE", "7")
    assert Settings().lease == 30.0


@pytest.mark.parametrize("name", ["production", "Production", "prod"])
def test_production_is_known_by_its_name(name: str) -> None:
    assert Settings(env=name).production
    assert not Settings(env="staging").production


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        (None, ".backbeat"),
        ("embedded://var/jobs", "var/jobs"),
        ("embedded:///srv/jobs", "/srv/jobs"),
        ("embedded://with%20space", "with space"),
    ],
)
def test_the_data_folder_counts_from_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch, url: str | None, folder: str
) -> None:
    write(project, "")
    below = project / "deep" / "down"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    settings = Settings.load(url=url)
    assert settings.data_dir == project / folder
    assert not settings.external
