"""How applications are mounted, and what none of them may do."""

import httpx
import pytest
from fastapi import FastAPI

from arena.base.errors import Conflict, Misconfigured
from arena.base.http.options import HttpOptions
from arena.base.identity import Role
from arena.bootstrap.applications import APPLICATIONS
from arena.bootstrap.opening import declare, declare_services
from arena.bootstrap.registry import without_timeout
from arena.bootstrap.web import PLATFORM, addresses, build_web
from arena.house import House
from backbeat import Backbeat
from packages.arena.tests.support.corner import Corner

FREE = HttpOptions(visitor=None, read=None, write=None, refused=None, attempts_from=None)


def client_of(web: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(web, client=("127.0.0.1", 4711))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def sign_up(client: httpx.AsyncClient) -> dict[str, str]:
    """The headers of somebody new; the cookie is thrown away."""
    body = {"email": "a@example.com", "username": "ada", "password": "correct horse"}
    signed = await client.post("/api/auth/sign-up", json=body)
    client.cookies.clear()
    return {"authorization": f"Bearer {signed.json()['data']['token']}"}


def web_with(house: House, *corners: Corner, pages: bool = False, here: bool = False) -> FastAPI:
    return build_web(declare(house, corners), options=FREE, pages=pages, here=here)


async def test_an_application_is_at_its_own_path_and_at_those_that_people_know(
    house: House,
) -> None:
    web = web_with(house, Corner())
    async with client_of(web) as client:
        for path in ("/api/corner/things", "/api/things"):
            answer = await client.get(path)
            assert answer.json() == {"success": True, "data": ["lamp"]}
        document = (await client.get("/api/openapi.json")).json()
    assert "/api/corner/things" in document["paths"]
    assert "/api/things" not in document["paths"]


async def test_routes_are_measured_by_their_whole_path(house: House) -> None:
    web = web_with(house, Corner(), here=True)
    async with client_of(web) as client:
        for path in ("/api/corner/things", "/api/things", f"{PLATFORM}/health/live", "/nowhere"):
            await client.get(path)
    text = web.state.metrics.exposition()
    for path in ("/api/corner/things", "/api/things", f"{PLATFORM}/health/live", "other"):
        assert f'arena_http_request_seconds_count{{method="GET",route="{path}"' in text


async def test_what_an_application_is_asked_becomes_a_job_of_its_queue(house: House) -> None:
    web = web_with(house, Corner())
    async with client_of(web) as client:
        bearer = await sign_up(client)
        assert (await client.post("/api/things/lamp/sell")).status_code == 401
        sold = await client.post("/api/things/lamp/sell", headers=bearer)
    assert sold.status_code == 200
    info = await house.jobs.queue("corner-sales").handle(sold.json()["data"]).info()
    assert info.name == "sell"


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        ((Corner(), Corner()), "two applications are called 'corner'"),
        ((Corner(), Corner("other", event="other:ask")), "two routes are at GET /api/things"),
        ((Corner(aliases=("/backbeat",)),), "where the platform is"),
        ((Corner(aliases=("/socket.io",)),), "where the platform is"),
        ((Corner("auth", path="/me", aliases=()),), "two routes are at GET /api/auth/me"),
    ],
)
async def test_what_would_hide_something_else_does_not_start(
    house: House, corners: tuple[Corner, ...], words: str
) -> None:
    with pytest.raises(Misconfigured, match=words):
        web_with(house, *corners)


async def test_two_applications_do_not_answer_one_event(house: House) -> None:
    with pytest.raises(Conflict, match="corner:ask"):
        web_with(house, Corner(), Corner("other", aliases=()))


async def test_nothing_of_the_house_lies_where_the_platform_is(house: House) -> None:
    web = build_web(declare(house, APPLICATIONS), options=FREE, pages=False)
    there = {path: methods for path, methods in addresses(web) if path.startswith(PLATFORM)}
    # What is mounted has no methods of its own; a route of the house would.
    assert set(there) == {PLATFORM, f"{PLATFORM}/socket.io"}
    assert not any(there.values())


async def test_every_route_of_the_house_says_who_may_use_it(house: House) -> None:
    web = build_web(declare(house, APPLICATIONS), options=FREE, pages=False)
    document = web.openapi()
    silent = {
        path
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if "x-permission" not in operation
    }
    assert silent == {"/health", "/health/live", "/health/ready"}


async def test_every_handler_of_the_house_has_a_timeout(house: House) -> None:
    declare_services(house)
    declare(house, APPLICATIONS)
    assert len(house.jobs.queues) > len(APPLICATIONS)
    assert list(without_timeout(house.jobs)) == []


def test_a_handler_without_a_timeout_is_found() -> None:
    jobs = Backbeat()
    mails = jobs.queue("mails")

    @mails.job("send")
    async def send() -> None: ...

    @mails.job("bounded", timeout=5)
    async def bounded() -> None: ...

    assert list(without_timeout(jobs)) == ["mails/send"]


async def test_jobs_of_the_house_are_steered_by_its_operators_and_seen_by_nobody_else(
    house: House,
) -> None:
    await house.jobs.queue("corner-sales").configure()
    web = web_with(house, Corner())
    queues = f"{PLATFORM}/api/v1/queues"
    async with client_of(web) as client:
        assert (await client.get(queues)).status_code == 401
        bearer = await sign_up(client)
        assert (await client.get(queues, headers=bearer)).status_code == 401
        await web.state.accounts.grant("ada", frozenset({Role.OPERATOR}))
        seen = await client.get(queues, headers=bearer)
        assert "corner-sales" in [each["name"] for each in seen.json()["data"]]
        assert (await client.post(f"{queues}/corner-sales/pause", headers=bearer)).status_code < 300


async def test_only_where_it_was_said_this_machine_needs_no_sign_in(house: House) -> None:
    queues = f"{PLATFORM}/api/v1/queues"
    async with client_of(web_with(house, here=True)) as client:
        assert (await client.get(queues)).status_code == 200
    async with client_of(web_with(house)) as client:
        assert (await client.get(queues)).status_code == 401
