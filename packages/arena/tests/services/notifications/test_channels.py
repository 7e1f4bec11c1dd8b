"""Each channel: real clients against a provider and a server of jobs on this machine."""

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from arena.base.errors import Invalid
from arena.services.notifications import (
    Apprise,
    Later,
    LiveInbox,
    Message,
    Provider,
    Refused,
    Unsure,
)
from arena.services.notifications.channels.provider import read_pause
from arena.services.notifications.fake_provider import FakeProvider
from arena.services.notifications.store.news import News, read_news
from backbeat import Backbeat
from packages.backbeat.tests.support.private_server import PrivateServer

# apprise loads all of its plugins at the first address; one imports what Python 3.13 has not.
OLD_PLUGINS = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def message(address: str = "ann@example.org", key: str = "k1") -> Message:
    return Message(key, 1, "ann", address, "outbid", "Outbid on Lot 7", "bob leads")


@pytest.mark.parametrize(
    ("behaviour", "ending"),
    [
        ("400", Refused), ("404", Refused), ("410", Refused), ("413", Refused), ("302", Refused),
        ("401", Later), ("403", Later), ("408", Later), ("429", Later), ("500", Later),
        ("503", Later), ("drop", Unsure), ("hang", Unsure),
    ],
)  # fmt: skip
async def test_each_answer_of_a_provider_has_one_meaning(
    provider: FakeProvider, behaviour: str, ending: type[Exception]
) -> None:
    provider.behaviours.append(behaviour)
    channel = Provider("email", provider.url, seconds=0.5)
    with pytest.raises(ending):
        await channel.bring(message())
    assert await channel.bring(message()) == "m1"
    await channel.close()


async def test_a_provider_that_is_not_there_was_not_told(provider: FakeProvider) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        channel = Provider("email", f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(Later, match="no connection"):
            await channel.bring(message())
        await channel.close()


def test_a_pause_is_seconds_or_a_date_from_a_second_to_an_hour() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30))
    assert read_pause("7") == 7
    assert 25 <= (read_pause(soon) or 0) <= 30
    assert read_pause("999999999999999") == 3_600
    assert read_pause(format_datetime(datetime.now(UTC) - timedelta(days=1))) == 1
    assert read_pause("0") == 1
    assert [read_pause(text) for text in (None, "", "soon", "-1", "1.5", "٣")] == [None] * 6


def test_an_address_that_is_none_is_refused() -> None:
    for url in ("", "ftp://example.org", "example.org", "https://"):
        with pytest.raises(Invalid):
            Provider("email", url)


@OLD_PLUGINS
async def test_apprise_brings_it(provider: FakeProvider) -> None:
    channel = Apprise("chat", schemes=frozenset({"json"}))
    assert await channel.bring(message(f"json://127.0.0.1:{provider.port}/hook")) == ""
    [taken] = provider.taken
    assert (taken["title"], taken["message"]) == ("Outbid on Lot 7", "bob leads")
    provider.behaviours.append("500")
    with pytest.raises(Later):
        await channel.bring(message(f"json://127.0.0.1:{provider.port}/hook"))


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "syslog://", "json://x", "slack://", "?"]
)
async def test_apprise_takes_no_address_of_another_kind(address: str) -> None:
    with pytest.raises(Refused):
        await Apprise("chat", schemes=frozenset({"slack"})).bring(message(address))


async def test_what_is_announced_twice_is_told_once_in_every_process(
    valkey: PrivateServer,
) -> None:
    async with Backbeat(valkey.url) as worker, Backbeat(valkey.url) as a, Backbeat(valkey.url) as b:
        followers = [await News(process).follow() for process in (a, b)]
        inbox = LiveInbox(worker)
        for key, title in (("k1", "first"), ("k1", "first again"), ("k2", "second")):
            await inbox.bring(replace(message(key=key), title=title))
        told: list[tuple[str, dict[str, Any]]] = []
        for follower in followers:
            async with asyncio.timeout(30), follower:
                told = [read_news(await anext(follower)) for _ in range(2)]
            assert [(user, event["title"]) for user, event in told] == [
                ("ann", "first"), ("ann", "second")
            ]  # fmt: skip
    assert told[0][1] == {"id": 1, "type": "outbid", "title": "first", "message": "bob leads"}
