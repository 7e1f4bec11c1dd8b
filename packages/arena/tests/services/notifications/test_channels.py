"""Each channel: real clients against a provider and a server of Socket.IO on this machine."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest
import socketio
import uvicorn

from arena.base.db import Database
from arena.base.errors import Invalid
from arena.services.notifications import (
    Apprise,
    Later,
    LiveInbox,
    Message,
    Provider,
    Refused,
    Unsure,
    room_of,
)
from arena.services.notifications.channels.provider import read_pause
from backbeat import Backbeat
from packages.arena.tests.services.notifications.stage import Stage
from packages.arena.tests.support.provider import FakeProvider
from packages.backbeat.tests.support.private_server import PrivateServer

# apprise loads all of its plugins at the first address; one imports what Python 3.13 has not.
OLD_PLUGINS = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
Event = tuple[str, dict[str, Any]]


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


@asynccontextmanager
async def serving(live: Any) -> AsyncIterator[str]:
    """A server of Socket.IO on a port."""
    server = uvicorn.Server(
        uvicorn.Config(socketio.ASGIApp(live), log_level="error", lifespan="off")
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        task = asyncio.create_task(server.serve([listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        await live.shutdown()
        server.should_exit = True
        await task


@asynccontextmanager
async def page(url: str, user: str, came: "asyncio.Queue[Event]") -> AsyncIterator[None]:
    """A page that a user has open."""
    async with aiohttp.ClientSession() as session:
        client = socketio.AsyncClient(reconnection=False, http_session=session)
        client.on("notification", lambda data: came.put_nowait((user, data)))
        await client.connect(url, auth={"user": user}, transports=["websocket"])
        yield
        await client.disconnect()


async def test_an_open_page_is_told_and_others_are_not(
    database: Database, valkey: PrivateServer
) -> None:
    server: Any = socketio.AsyncServer(async_mode="asgi")

    @server.event  # type: ignore[untyped-decorator]
    async def connect(sid: str, _: Any, auth: dict[str, str]) -> None:
        await server.enter_room(sid, room_of(auth["user"]))

    app = Backbeat(url=valkey.url)
    stage = Stage(app, database, [LiveInbox(server), Provider("email", "http://127.0.0.1:9")])
    came: asyncio.Queue[Event] = asyncio.Queue()
    async with (
        serving(server) as url,
        page(url, "ann", came),
        page(url, "bob", came),
        stage.worker(),
    ):
        notification = await stage.outbid("bid-1", "ann")
        first = await asyncio.wait_for(came.get(), 30)
        await stage.outbid("bid-1", "bob")
        second = await asyncio.wait_for(came.get(), 30)
    assert [user for user, _ in (first, second)] == ["ann", "bob"]
    assert first[1] == {
        "id": notification,
        "type": "outbid",
        "title": "Outbid on Lot 7",
        "message": "bob leads with 12.50.",
    }
    await app.close()
