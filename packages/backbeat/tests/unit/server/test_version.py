"""Versions, and which data one server can read of another."""

import pytest

from backbeat.server.version import Version, can_read


@pytest.mark.parametrize(
    ("text", "version"),
    [("9.1.2", (9, 1, 2)), ("7.0", (7, 0, 0)), ("9.1.0-rc1", (9, 1, 0)), ("8", (8, 0, 0))],
)
def test_a_version_is_its_leading_numbers(text: str, version: tuple[int, int, int]) -> None:
    assert Version.parse(text) == version


def test_a_text_without_numbers_is_no_version() -> None:
    with pytest.raises(ValueError, match="not a version"):
        Version.parse("unstable")


def test_versions_compare_as_numbers() -> None:
    assert Version.parse("7.10.0") > Version.parse("7.9.9")


@pytest.mark.parametrize(
    ("reader", "writer", "readable"),
    [
        ("valkey 9.1.2", "valkey 9.1.2", True),
        ("valkey 9.1.1", "valkey 9.1.2", True),  # same series, same format
        ("valkey 9.0.9", "valkey 9.1.0", False),
        ("valkey 9.2.0", "valkey 7.2.0", True),
        ("redis 7.0.15", "redis 7.2.0", False),
        ("redis 8.2.0", "redis 7.0.15", True),
        ("valkey 9.1.2", "redis 7.2.11", True),
        ("valkey 9.1.2", "redis 7.4.0", False),
        ("redis 7.0.15", "valkey 9.1.2", False),
        ("redis 8.2.0", "valkey 9.0.0", False),
        ("redis 7.2.0", "valkey 8.1.4", True),
        ("redis 7.0.15", "valkey 8.1.4", False),
        ("valkey 9.1.2", "keydb 6.3.4", False),
    ],
)
def test_data_is_read_by_newer_servers_and_by_the_other_product_while_the_format_was_shared(
    reader: str, writer: str, readable: bool
) -> None:
    (by, by_version), (of, of_version) = reader.split(), writer.split()
    assert can_read(by, Version.parse(by_version), of, Version.parse(of_version)) is readable
