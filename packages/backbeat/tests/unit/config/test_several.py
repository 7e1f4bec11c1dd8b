"""Addresses of several servers."""

import pytest

from backbeat.config.address import check_address, mask_password
from backbeat.config.several import parse_several
from backbeat.engine.transport.cluster import ClusterTransport
from backbeat.engine.transport.multiplexed import MultiplexedTransport
from backbeat.engine.transport.opening import open_sync_transport, open_transport
from backbeat.engine.transport.sync import ThreadTransport
from backbeat.engine.transport.sync_cluster import ThreadClusterTransport
from backbeat.errors import ConfigurationError


def test_the_hosts_of_a_cluster_have_a_comma_between() -> None:
    several = parse_several(
        "rediss+cluster://ann:word@one:7000,two,[::1]:7002/0?ssl_cert_reqs=none"
    )
    assert several is not None
    assert (several.kind, several.scheme) == ("cluster", "rediss")
    assert several.hosts == (("one", 7000), ("two", 6379), ("::1", 7002))
    assert several.label == "rediss+cluster://one:7000,two:6379,[::1]:7002/0"
    assert "word" not in repr(several)


def test_sentinels_are_followed_by_the_name_of_the_primary() -> None:
    several = parse_several("valkey+sentinel://one,two:7/main%20one/3")
    assert several is not None
    assert several.hosts == (("one", 26379), ("two", 7))
    assert (several.master, several.database) == ("main one", 3)


@pytest.mark.parametrize("url", ["redis://host", "unix:///a+cluster", "redis+tls://host", "a"])
def test_other_addresses_are_not_of_several(url: str) -> None:
    assert parse_several(url) is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis+cluster://", "a comma between"),
        ("redis+cluster://one,,two", "a comma between"),
        ("redis+cluster://one:port", "malformed host or port"),
        ("redis+cluster://one:99999,two", "malformed host or port"),
        ("redis+cluster://one/3", "the one database 0"),
        ("redis+sentinel://one", "/NAME of the primary"),
        ("redis+sentinel://one/main/x", "number of a database"),
        ("http+cluster://one", "must begin with one of redis"),
        ("redis+tls://one", "must begin with one of redis"),
    ],
)
def test_a_wrong_address_of_several_says_what_is_missing(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_address(url)


@pytest.mark.parametrize("url", ["redis+cluster://one:1,two", "valkeys+sentinel://:w@one/main"])
def test_an_address_of_several_is_taken_as_it_is(url: str) -> None:
    assert check_address(url) == url


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("redis+cluster://ann:word@one:1,two", "redis+cluster://ann:***@one:1,two"),
        (
            "redis+sentinel://one,two/main?sentinel_password=word",
            "redis+sentinel://one,two/main?sentinel_password=***",
        ),
    ],
)
def test_passwords_of_several_are_masked(url: str, masked: str) -> None:
    assert mask_password(url) == masked


async def test_each_kind_of_address_opens_its_transport() -> None:
    assert isinstance(open_transport("redis+cluster://one"), ClusterTransport)
    assert isinstance(open_sync_transport("valkeys+cluster://one"), ThreadClusterTransport)
    assert isinstance(open_transport("redis+sentinel://one/main"), MultiplexedTransport)
    assert isinstance(open_sync_transport("rediss+sentinel://one/main"), ThreadTransport)


@pytest.mark.parametrize(
    "url",
    [
        "redis+cluster://me:s3cret@one?colour=s3cret",
        "redis+sentinel://me:s3cret@one/main?colour=s3cret",
        "redis+cluster://one?sentinel_password=s3cret",
    ],
)
def test_an_option_that_nobody_knows_is_refused_for_several_too(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        open_transport(url)
    assert "s3cret" not in str(refused.value)
