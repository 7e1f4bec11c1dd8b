"""An address of the user's is passed on, and nothing is contacted."""

import pytest

from backbeat.config import Settings
from backbeat.server import Target, connect_target


@pytest.mark.parametrize(
    ("url", "client_url"),
    [
        ("redis://host:6379/1", "redis://host:6379/1"),
        ("rediss://ann:word@host", "rediss://ann:word@host"),
        ("valkey://host", "redis://host"),
        ("valkeys://host", "rediss://host"),
        ("unix:///run/valkey.sock?db=1", "unix:///run/valkey.sock?db=1"),
    ],
)
def test_an_address_reaches_the_client_in_words_that_it_knows(url: str, client_url: str) -> None:
    target = connect_target(Settings(url=url, env="production"))
    assert target == Target("external", url=client_url)
