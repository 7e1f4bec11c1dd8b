"""Mounted in an application of its user, and served by itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts

import backbeat
from backbeat import Backbeat, ConfigurationError
from backbeat.app import ApiKeys
from backbeat.gateway.access import (
    Access,
    Action,
    ApiKeyAccess,
    Credentials,
    FirstOf,
    HostAccess,
    Loopback,
    Principal,
    Role,
)
from backbeat.gateway.live import LiveLimits, LiveOptions
from backbeat.gateway.serving import default_access, listen, make_server
from packages.backbeat.tests.support.desk import declare_shop
from packages.backbeat.tests.support.private_server import PrivateServer

QUEUES: Final = "/backbeat/api/v1/queues"


def host(*, prefix: str = "") -> FastAPI:
    app, router = FastAPI(), APIRouter(prefix=prefix)

    @router.get("/queues")
    async def queues() -> str:
        return "the host's own"

    app.include_router(router)
    return app


@asynccontextmanager
async def browsing(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def test_host_and_gateway_answer_side_by_side(shop: Backbeat) -> None:
    app = host()
    backbeat.mount(shop, app, access=Loopback())
    async with browsing(app) as client:
        assert (await client.get("/queues")).json() == "the host's own"
        names = [each["name"] for each in (await client.get(QUEUES)).json()["data"]]
        assert names == ["mail", "reports"]
        document = (await client.get("/backbeat/api/v1/openapi.json")).json()
        assert document["servers"] == [{"url": "/backbeat"}]
        assert (await client.get("/backbeat/nowhere")).json()["error"]["code"] == "NOT_FOUND"
        assert "content-security-policy" not in (await client.get("/queues")).headers


async def test_no_address_of_the_gateway_is_one_of_the_host(shop: Backbeat) -> None:
    app = host()
    gateway = backbeat.mount(shop, app, "/ops/jobs", access=Loopback())
    ours = {f"/ops/jobs{route.path}" for route in iter_route_contexts(gateway.routes)}
    served = {route.path for route in iter_route_contexts(app.routes)}
    theirs = served - {"/ops/jobs", "/ops/jobs/socket.io", "/socket.io"}
    assert "/queues" in theirs
    assert ours.isdisjoint(theirs)
    assert all(path.startswith("/ops/jobs/") for path in ours)


@pytest.mark.parametrize("prefix", ["/backbeat", "/backbeat/api"])
def test_a_prefix_at_which_the_host_has_a_route_is_refused(prefix: str) -> None:
    with pytest.raises(ConfigurationError, match="lies there"):
        backbeat.mount(Backbeat(), host(prefix=prefix), access=Loopback())


@pytest.mark.parametrize("prefix", ["", "/", "backbeat", "/backbeat/", "/a b", "/{x}"])
def test_a_prefix_that_is_none_is_refused(prefix: str) -> None:
    with pytest.raises(ConfigurationError, match="prefix"):
        backbeat.mount(Backbeat(), FastAPI(), prefix, access=Loopback())


def test_s1_mounted_without_an_access_policy_nothing_starts() -> None:
    with pytest.raises(ConfigurationError, match="access policy"):
        backbeat.mount(Backbeat(), FastAPI(), access=None)


async def test_s1_bound_to_others_it_needs_a_key_and_on_loopback_it_does_not(
    shop: Backbeat,
) -> None:
    with pytest.raises(ConfigurationError, match="backbeat keys create"):
        await default_access(shop, "0.0.0.0")  # noqa: S104 - the address that is refused
    assert isinstance(await default_access(shop, "127.0.0.1"), FirstOf)
    await ApiKeys(shop.connections).create("deploy", [Action.VIEW])
    assert isinstance(await default_access(shop, "0.0.0.0"), ApiKeyAccess)  # noqa: S104 - with a key


@asynccontextmanager
async def served(
    app: Backbeat, access: Access | None = None, **options: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """The gateway on a real socket, at a port that was free."""
    policy = access or await default_access(app, "127.0.0.1")
    server = make_server(app, access=policy, **options)
    listening = listen("127.0.0.1", 0)
    serving = asyncio.create_task(server.serve([listening]))
    async with asyncio.timeout(60):
        while not server.started:  # noqa: ASYNC110 - it tells no one
            await asyncio.sleep(0.01)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=address) as client:
            yield client
    finally:
        server.should_exit = True
        await serving


async def test_served_on_a_socket_it_answers_this_machine_and_holders_of_keys(
    valkey: PrivateServer,
) -> None:
    app = declare_shop(valkey.url)
    await app.queue("mail").configure()
    made, whole = await ApiKeys(app.connections).create("deploy", [Action.VIEW], queues=["mail"])
    async with served(app) as client:
        answer = await client.get(QUEUES)
        assert answer.status_code == 200
        assert "server" not in answer.headers
        bearer = {"authorization": f"Bearer {whole}"}
        mine = await client.get(QUEUES, headers=bearer)
        assert [each["name"] for each in mine.json()["data"]] == ["mail"]
        assert (await client.post(f"{QUEUES}/mail/pause", headers=bearer)).status_code == 403
        added = await client.post(
            f"{QUEUES}/mail/jobs", json={"name": "send", "data": {"to": "ada"}, "id": "a/b"}
        )
        assert added.status_code == 201
        assert (await client.get(f"{QUEUES}/mail/jobs/a/b")).json()["data"]["id"] == "a/b"
        assert (await client.get(f"{QUEUES}/mail/jobs/a%2Fb")).json()["data"]["id"] == "a/b"
        evil = {"host": "evil.example.com"}
        assert (await client.get(QUEUES, headers=evil)).status_code == 401
        cross = {"origin": "https://evil.example.com"}
        assert (await client.post(f"{QUEUES}/mail/pause", headers=cross)).status_code == 403
        await ApiKeys(app.connections).revoke(made.id)
        gone = {**bearer, "x-forwarded-for": "10.0.0.1"}
        assert (await client.get(QUEUES, headers=gone)).status_code == 401
    await app.close()


@pytest.mark.parametrize(("trusted", "seen"), [([], "127.0.0.1"), (["127.0.0.0/8"], "203.0.113.9")])
async def test_a_proxy_is_believed_only_where_it_is_named(
    valkey: PrivateServer, trusted: list[str], seen: str
) -> None:
    app, clients = declare_shop(valkey.url), []

    async def recognise(credentials: Credentials) -> Principal:
        clients.append(credentials.client)
        return Principal("somebody", Role.VIEWER.actions)

    async with served(app, HostAccess(recognise), trusted_proxies=trusted) as client:
        answer = await client.get(QUEUES, headers={"x-forwarded-for": "203.0.113.9"})
    assert (answer.status_code, clients) == (200, [seen])
    await app.close()


async def test_s6_a_message_of_a_websocket_has_64_kib_at_most(valkey: PrivateServer) -> None:
    app = declare_shop(valkey.url)
    live = LiveOptions(limits=LiveLimits(request_bytes=1_048_576))
    async with served(app, live=live) as client, aiohttp.ClientSession() as session:
        url = f"{client.base_url}/socket.io/?EIO=4&transport=websocket"
        async with session.ws_connect(url, max_msg_size=0) as ws:
            await ws.receive_str()
            await ws.send_str("40")
            await ws.send_str("42" + json.dumps(["x", "a" * 60_000]))
            await ws.send_str("42" + json.dumps(["x", "a" * 66_000]))
            async for _ in ws:
                pass
            assert ws.close_code == 1009
    await app.close()


async def test_s9_no_socket_is_compressed_whoever_asks(valkey: PrivateServer) -> None:
    app = declare_shop(valkey.url)
    async with served(app) as client, aiohttp.ClientSession() as session:
        url = f"{client.base_url}/socket.io/?EIO=4&transport=websocket"
        async with session.ws_connect(url, compress=15) as ws:
            assert (await ws.receive_str()).startswith("0")
            assert ws.compress == 0
    await app.close()
