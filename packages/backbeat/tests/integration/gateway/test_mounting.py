"""Mounted in an application of its user, and served by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts

import backbeat
from backbeat import Backbeat, ConfigurationError
from backbeat.app import ApiKeys
from backbeat.gateway.access import Action, ApiKeyAccess, FirstOf, Loopback
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
    theirs = {route.path for route in iter_route_contexts(app.routes)} - {"/ops/jobs"}
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
async def served(app: Backbeat) -> AsyncIterator[httpx.AsyncClient]:
    """The gateway on a real socket, at a port that was free."""
    server = make_server(app, access=await default_access(app, "127.0.0.1"))
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
