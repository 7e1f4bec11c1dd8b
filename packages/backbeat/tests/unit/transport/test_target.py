"""Addresses, and the connections they become."""

from pathlib import Path

import pytest
from redis import connection as sync_connection
from redis.asyncio import connection as async_connection

from backbeat.engine.transport.target import Target
from backbeat.errors import ConfigurationError


@pytest.mark.parametrize(
    ("address", "label", "kind"),
    [
        ("redis://host:7000/3", "redis://host:7000/3", "Connection"),
        ("redis://host", "redis://host:6379/0", "Connection"),
        ("valkey://host:7000", "redis://host:7000/0", "Connection"),
        ("rediss://host:7000", "rediss://host:7000/0", "SSLConnection"),
        ("valkeys://host", "rediss://host:6379/0", "SSLConnection"),
        ("unix:///run/valkey.sock?db=2", "unix:/run/valkey.sock", "UnixDomainSocketConnection"),
        ("/run/valkey.sock", "unix:/run/valkey.sock", "UnixDomainSocketConnection"),
    ],
)
def test_an_address_becomes_connections_of_both_kinds(address: str, label: str, kind: str) -> None:
    target = Target.parse(address)
    assert target.label == label
    assert isinstance(target.connect_async(), getattr(async_connection, kind))
    assert isinstance(target.connect_sync(answer_timeout=1), getattr(sync_connection, kind))


def test_a_path_is_a_socket() -> None:
    assert Target.parse(Path("/run/valkey.sock")).label == "unix:/run/valkey.sock"


@pytest.mark.parametrize(
    "address", ["http://localhost", "host:6379://", "unix://", "redis://host:no"]
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(ConfigurationError):
        Target.parse(address)


def test_an_option_that_nobody_knows_is_refused_without_repeating_values() -> None:
    with pytest.raises(ConfigurationError, match="colour") as refused:
        Target.parse("redis://me:s3cret-word@host?colour=s3cret-blue")
    assert "s3cret" not in str(refused.value)


def test_neither_label_nor_repr_show_a_password() -> None:
    target = Target.parse("rediss://me:s3cret-word@host:7000/1")
    assert "s3cret-word" not in repr(target) + str(target) + target.label


def test_what_decides_how_calls_are_sent_cannot_be_changed_by_an_address() -> None:
    target = Target.parse(
        "redis://host?protocol=3&retry_on_timeout=yes&socket_timeout=1&decode_responses=yes"
        "&health_check_interval=5&socket_connect_timeout=2"
    )
    connection = target.connect_async()
    assert isinstance(connection, async_connection.Connection)
    assert connection.protocol == 2
    assert connection.retry.get_retries() == 0
    assert connection.socket_timeout is None
    assert connection.health_check_interval == 0
    assert connection.socket_keepalive
    assert target.connect_timeout == 2.0
