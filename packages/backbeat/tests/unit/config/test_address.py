"""What an address may look like."""

import pytest

from backbeat.config.address import check_address, embedded_folder, mask_password


@pytest.mark.parametrize(
    "url",
    [
        "redis://host",
        "rediss://user:word@host:6380/3",
        "valkey://[::1]:6379",
        "valkeys://host",
        "unix:///run/valkey.sock",
        "embedded://folder",
        "embedded:///absolute/folder",
    ],
)
def test_every_kind_of_address_is_taken_as_it_is(url: str) -> None:
    assert check_address(url) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("host:6379", "must begin with one of redis"),
        ("http://localhost", "must begin with one of redis"),
        ("redis://", "must be followed by a host"),
        ("redis://host:port", "malformed host or port"),
        ("redis://host:99999", "malformed host or port"),
        ("unix://", "path of a socket"),
        ("embedded://", "must be followed by a folder"),
    ],
)
def test_a_wrong_address_says_what_is_missing(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_address(url)


def test_only_an_embedded_address_has_a_folder() -> None:
    assert embedded_folder("embedded://a/b") == "a/b"
    assert embedded_folder("redis://embedded") is None
    assert embedded_folder(None) is None


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("redis://host:1/0", "redis://host:1/0"),
        ("redis://:word@host", "redis://:***@host"),
        ("redis://ann:word@host:1/0", "redis://ann:***@host:1/0"),
        ("redis://host?password=word&db=1", "redis://host?password=***&db=1"),
        ("unix://ann:word@/run/v.sock", "unix://ann:***@/run/v.sock"),
    ],
)
def test_passwords_are_masked_wherever_they_stand(url: str, masked: str) -> None:
    assert mask_password(url) == masked
