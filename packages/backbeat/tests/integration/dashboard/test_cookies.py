"""S22: the cookie of a sign-in is new each time, and goes over https alone where pages do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from backbeat.dashboard.sessions import COOKIE, Sessions
from backbeat.dashboard.sign_in import SignIn
from backbeat.gateway.access import HostAccess
from backbeat.gateway.application import make_gateway
from backbeat.gateway.http.options import GatewayOptions
from packages.backbeat.tests.support.desk import FREE, declare_shop, recognise
from packages.backbeat.tests.support.private_server import PrivateServer


def sessions() -> Sessions:
    """Nobody is signed in."""
    return Sessions(idle=60, longest=600)


@asynccontextmanager
async def door(
    valkey: PrivateServer, scheme: str, sessions: Sessions, secure: bool | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody before the way in, by http or https."""
    app = declare_shop(valkey.url)
    gateway = make_gateway(app, access=HostAccess(recognise), options=GatewayOptions(rates=FREE))
    signs = SignIn(gateway.state.front, sessions, secure=secure)
    web = Starlette(routes=[Route("/sign-in", signs.answer, methods=["GET", "POST"])])
    origin = f"{scheme}://ops.example.com"
    transport, headers = httpx.ASGITransport(web), {"origin": origin}
    async with httpx.AsyncClient(transport=transport, base_url=origin, headers=headers) as client:
        yield client
    await app.close()


async def cookie(client: httpx.AsyncClient, had: str = "") -> str:
    """What a sign-in sets, of somebody who comes with a name."""
    client.cookies = httpx.Cookies({COOKIE: had} if had else {})
    answer = await client.post("/sign-in", data={"key": "admin"})
    assert answer.status_code == 303
    return str(answer.headers["set-cookie"])


@pytest.mark.parametrize(
    ("scheme", "secure", "said"),
    [("https", None, True), ("http", None, False), ("http", True, True), ("https", False, False)],
)
async def test_s22_the_cookie_is_secure_where_pages_are(
    valkey: PrivateServer, scheme: str, secure: bool | None, said: bool
) -> None:
    async with door(valkey, scheme, sessions(), secure) as client:
        assert ("; secure" in (await cookie(client)).lower()) is said


async def test_s22_each_sign_in_has_a_new_name_and_ends_the_one_before(
    valkey: PrivateServer,
) -> None:
    known = sessions()
    async with door(valkey, "https", known) as client:
        planted = await cookie(client, "planted")
        first = planted.partition(";")[0].removeprefix(f"{COOKIE}=")
        second = (await cookie(client, first)).partition(";")[0].removeprefix(f"{COOKIE}=")
    assert len({"planted", first, second}) == 3
    assert known.get("planted") is None
    assert known.get(first) is None
    assert known.get(second) is not None
