"""The store for tests: replies, errors and refusals are those of a server."""

from pathlib import Path

import pytest

from backbeat.engine.scripts import scripts
from backbeat.engine.transport.base import Reply
from backbeat.errors import ConfigurationError, ProtocolError
from backbeat.lua import Arg, Script, load_folder
from backbeat.testing import FakeClock, FakeStore


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(FakeClock())


def script(folder: Path, body: str) -> Script:
    path = folder / "try_it.lua"
    path.write_text(f"--- try_it: for a test\n\n{body}\n")
    return load_folder(folder, folder / "none")["try_it"]


def test_replies_are_those_of_the_protocol(store: FakeStore) -> None:
    assert store.execute("ZADD", "z", 1, "a") == 1
    assert store.execute("ZRANGE", "z", 0, -1, "WITHSCORES") == [b"a", b"1"]
    assert store.execute("GET", "absent") is None


def test_a_script_is_loaded_when_it_is_first_used(store: FakeStore, tmp_path: Path) -> None:
    doubled = script(tmp_path, "return {1, 'two', false}")
    assert store.script(doubled, doubled.command({})) == [1, b"two", None]
    assert store.execute("SCRIPT", "EXISTS", doubled.sha) == [1]


def test_a_script_that_the_store_does_not_have_is_sent_along_with_the_call(
    store: FakeStore, tmp_path: Path
) -> None:
    doubled = script(tmp_path, "return {1, 'two', false}")
    asked: list[Arg] = []
    ask = store.ask

    def listening(*command: Arg) -> Reply:
        asked.append(command[0])
        return ask(*command)

    store.ask = listening  # type: ignore[method-assign] # what it is asked is what is tested
    store.script(doubled, doubled.command({}))
    assert asked == ["EVALSHA", "EVAL"]


def test_a_wrong_command_is_a_protocol_error(store: FakeStore) -> None:
    store.execute("SET", "text", "x")
    with pytest.raises(ProtocolError, match="WRONGTYPE"):
        store.execute("LPUSH", "text", "y")


def test_every_script_of_the_engine_can_be_loaded(store: FakeStore) -> None:
    for each in scripts().values():
        assert store.execute("SCRIPT", "LOAD", each.text) == each.sha.encode()


def test_two_stores_share_nothing() -> None:
    one, other = FakeStore(FakeClock()), FakeStore(FakeClock())
    one.execute("SET", "key", "x")
    assert other.execute("GET", "key") is None


def test_it_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKBEAT_ENV", "production")
    with pytest.raises(ConfigurationError, match="for tests only"):
        FakeStore(FakeClock())
