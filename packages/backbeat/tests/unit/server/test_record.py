"""What is written down about the server, and what is refused because of it."""

import logging
from pathlib import Path

import pytest

from backbeat.errors import ConfigurationError
from backbeat.server.binary import Binary
from backbeat.server.record import Record, read_record, refuse_unreadable, write_record
from backbeat.server.version import Version

VALKEY_9 = Record(product="valkey", version="9.1.2", binary="/bin/valkey", socket="server.sock")


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "server.json"
    assert read_record(file) is None
    write_record(file, VALKEY_9)
    assert read_record(file) == VALKEY_9
    assert [entry.name for entry in tmp_path.iterdir()] == ["server.json"]


@pytest.mark.parametrize("text", ["", "{", '{"product": "valkey"}', "[]"])
def test_an_unreadable_record_counts_as_none_and_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    file = tmp_path / "server.json"
    file.write_text(text)
    with caplog.at_level(logging.WARNING, "backbeat.server"):
        assert read_record(file) is None
    assert "unreadable" in caplog.text


def test_a_server_that_cannot_read_the_data_is_refused_in_one_sentence(tmp_path: Path) -> None:
    older = Binary(Path("/usr/bin/redis-server"), "redis", Version(7, 0, 15))
    with pytest.raises(ConfigurationError) as error:
        refuse_unreadable(older, VALKEY_9, tmp_path)
    assert str(error.value).startswith(
        f"the data in {tmp_path} was written by Valkey 9.1.2, which Redis 7.0.15"
        " (/usr/bin/redis-server) cannot read: "
    )


def test_a_newer_server_and_a_folder_without_record_are_welcome(tmp_path: Path) -> None:
    newer = Binary(Path("/bin/valkey"), "valkey", Version(9, 2, 0))
    refuse_unreadable(newer, VALKEY_9, tmp_path)
    refuse_unreadable(newer, None, tmp_path)
