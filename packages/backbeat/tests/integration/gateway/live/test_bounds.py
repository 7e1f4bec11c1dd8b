"""What one client can use up: subscriptions, rate, size, time, room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import httpx
import pytest
import socketio

from backbeat import Backbeat, InvalidOption
from backbeat.gateway.live import LiveLimits
from packages.backbeat.tests.support.gateway import PATIENCE_S, Gateway, gateway

POLLING = "/socket.io/?EIO=4&transport=polling"


@pytest.fixture
async def small(app: Backbeat) -> AsyncIterator[Gateway]:
    """A gateway that takes little."""
    limits = LiveLimits(clients=3, subscriptions=2, requests=5, request_bytes=1_024, connect_s=0.05)
    async with gateway(app, limits=limits) as served:
        yield served


@asynccontextmanager
async def websocket(served: Gateway) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A websocket that is connected, as anybody may write on it."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{served.url}/socket.io/?EIO=4&transport=websocket") as ws,
    ):
        assert (await ws.receive_str()).startswith("0")
        await ws.send_str('40{"token":"reader"}')
        assert (await ws.receive_str()).startswith("40")
        assert (await ws.receive_str()).startswith('42["connected"')
        yield ws


async def closed(ws: aiohttp.ClientWebSocketResponse) -> None:
    """Wait until the other side has closed."""
    async with asyncio.timeout(PATIENCE_S):
        async for _ in ws:
            pass
    assert ws.closed


async def test_a_socket_follows_at_most_so_many(small: Gateway) -> None:
    async with small.client() as client:
        await client.follow("work", "a")
        await client.follow("work", "b")
        answer = await client.ask("subscribe-to-job", {"queue": "work", "jobId": "c"})
        assert answer["error"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        await client.follow("work", "a")  # again is not one more
        await client.ask("unsubscribe-from-job", {"queue": "work", "jobId": "a"})
        await client.follow("work", "c")


async def test_who_sends_too_fast_is_disconnected(small: Gateway) -> None:
    async with websocket(small) as ws:
        for _ in range(11):
            await ws.send_str('42["subscribe-to-job",{}]')
        await closed(ws)


async def test_unknown_events_count_as_well(small: Gateway) -> None:
    async with websocket(small) as ws:
        for _ in range(11):
            await ws.send_str('42["whatever"]')
        await closed(ws)


@pytest.mark.parametrize(
    "packet",
    [
        '451-["subscribe-to-job",{"_placeholder":true,"num":0}]',
        '459999999999-["subscribe-to-job",{"_placeholder":true,"num":0}]',
        "461-1[]",
        b"loose",
        '42["subscribe-to-job",{"jobId":"' + "a" * 2_000 + '"}]',
    ],
)
async def test_binary_packets_and_those_that_are_too_large_end_the_connection(
    small: Gateway, packet: str | bytes
) -> None:
    async with websocket(small) as ws:
        await (ws.send_str(packet) if isinstance(packet, str) else ws.send_bytes(packet))
        await closed(ws)


@pytest.mark.parametrize("packet", ["40", "40{}", "40/admin,", "42", "42{", "43", "4", "49", "9"])
async def test_nonsense_harms_nobody(small: Gateway, packet: str) -> None:
    async with websocket(small) as ws, small.client() as client:
        await ws.send_str(packet)
        await client.follow("work")
        await client.next("queue-snapshot")


async def test_a_body_is_cut_at_its_limit(small: Gateway) -> None:
    async def long() -> AsyncIterator[bytes]:
        for _ in range(2_000):
            yield b"x" * 512

    async with httpx.AsyncClient(base_url=small.url) as http:
        sid = (await http.get(POLLING)).text.partition('"sid":"')[2].partition('"')[0]
        answer = await http.post(f"{POLLING}&sid={sid}", content=long())
        assert answer.status_code == 413
        answer = await http.post(f"{POLLING}&sid={sid}", content=b"4" * 1_025)
        assert answer.status_code == 413


async def test_jsonp_is_refused(small: Gateway) -> None:
    async with httpx.AsyncClient(base_url=small.url) as http:
        assert (await http.get(f"{POLLING}&j=0")).status_code == 400


async def test_there_is_room_for_so_many_and_then_again(small: Gateway) -> None:
    async with small.client(), small.client(), small.client():
        with pytest.raises(socketio.exceptions.ConnectionError):
            async with small.client():
                pass
        async with small.stream("work") as stream:
            assert stream.response.status_code == 503
    async with small.client() as client:
        await client.next("connected")


async def test_who_does_not_say_who_it_is_is_disconnected(small: Gateway) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{small.url}/socket.io/?EIO=4&transport=websocket") as ws,
    ):
        await closed(ws)


@pytest.mark.parametrize(
    "limits", [{"clients": 0}, {"requests": -1}, {"heartbeat_s": 0}, {"recheck_s": 31}]
)
def test_limits_that_make_no_sense_are_refused(limits: dict[str, int]) -> None:
    with pytest.raises(InvalidOption, match=next(iter(limits))):
        LiveLimits(**limits)
