"""Sockets of the house: who connects, what is answered, who is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx
import pytest
import socketio
from fastapi import FastAPI

from arena.base.http.options import HttpOptions
from arena.base.identity import Role
from arena.bootstrap.opening import declare
from arena.bootstrap.serving import listen, serve
from arena.bootstrap.web import build_web
from arena.house import Application, House
from packages.arena.tests.support.corner import Corner

FREE = HttpOptions(
    origins=("https://shop.example.com",),
    visitor=None,
    read=None,
    write=None,
    refused=None,
    attempts_from=None,
)
PATIENCE_S = 60.0


@asynccontextmanager
async def served(house: House, application: Application) -> AsyncIterator[tuple[str, FastAPI]]:
    web = build_web(declare(house, [application]), options=FREE, pages=False)
    stop, ready = asyncio.Event(), asyncio.Event()
    with listen("127.0.0.1", 0) as listening:
        at = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(serve(web, listening, stop, ready=ready.set))
            await ready.wait()
            try:
                yield at, web
            finally:
                stop.set()


@asynccontextmanager
async def connected(
    at: str, token: str | None = None, **headers: str
) -> AsyncIterator[socketio.AsyncClient]:
    async with aiohttp.ClientSession() as http:
        client = socketio.AsyncClient(reconnection=False, http_session=http)
        auth = None if token is None else {"token": token}
        await client.connect(
            at, headers=headers, auth=auth, transports=["websocket"], wait_timeout=PATIENCE_S
        )
        try:
            yield client
        finally:
            await client.disconnect()


async def sign_up(at: str) -> str:
    async with httpx.AsyncClient(base_url=at, timeout=PATIENCE_S) as client:
        body = {"email": "a@example.com", "username": "ada", "password": "correct horse"}
        answer = await client.post("/api/auth/sign-up", json=body)
    return str(answer.json()["data"]["token"])


async def ask(client: socketio.AsyncClient, data: Any) -> Any:
    return await client.call("corner:ask", data, timeout=PATIENCE_S)


async def test_events_are_answered_in_one_form_and_people_in_a_room_are_told(
    house: House,
) -> None:
    corner = Corner()
    async with served(house, corner) as (at, _):
        token = await sign_up(at)
        told: asyncio.Queue[Any] = asyncio.Queue()
        async with connected(at, token) as ada, connected(at) as visitor:
            visitor.on("corner:told", told.put)
            assert await ask(ada, "who") == {"success": True, "data": "ada"}
            refused = await ask(visitor, "who")
            assert refused["error"]["code"] == "UNAUTHENTICATED"
            assert (await ask(ada, "nothing"))["error"]["code"] == "NOT_FOUND"
            broken = await ask(ada, "broken")
            assert broken["error"]["code"] == "INTERNAL"
            assert "secret" not in str(broken)
            assert await ask(visitor, "hello") == {"success": True, "data": "hello"}
            assert await ask(ada, "hi") == {"success": True, "data": "hi"}
            async with asyncio.timeout(PATIENCE_S):
                assert [await told.get(), await told.get()] == [{"what": "hello"}, {"what": "hi"}]
    assert sorted(corner.left) == ["ada", "visitor"]
    assert corner.lives == ["serving begins", "serving ends"]


async def test_a_socket_ends_with_its_session_and_heeds_new_roles(house: House) -> None:
    corner = Corner()
    async with served(house, corner) as (at, web):
        token = await sign_up(at)
        gone = asyncio.Event()
        async with connected(at, token) as ada, connected(at) as visitor:
            ada.on("disconnect", lambda _reason: gone.set())
            await web.state.accounts.grant("ada", frozenset({Role.ADMIN}))
            await web.state.sockets.recheck()
            assert (await ask(ada, "roles"))["data"] == ["admin"]
            await web.state.accounts.block("ada")
            await web.state.sockets.recheck()
            async with asyncio.timeout(PATIENCE_S):
                await gone.wait()
            assert (await ask(visitor, "hello"))["success"]
        assert corner.left[0] == "ada"


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("a token of nobody", {}),
        (None, {"Origin": "https://evil.example.com"}),
        (None, {"Origin": "null"}),
    ],
)
async def test_who_may_not_connect_does_not(
    house: House, token: str | None, headers: dict[str, str]
) -> None:
    async with served(house, Corner()) as (at, _):
        with pytest.raises(socketio.exceptions.ConnectionError):
            async with connected(at, token, **headers):
                pass
        async with connected(at, Origin="https://shop.example.com") as page:
            assert (await ask(page, "hello"))["success"]
