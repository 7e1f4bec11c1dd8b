"""Two sites in one process: each door leads to its own pages, and to nothing behind the other."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Final

import httpx
import pytest
from playwright.async_api import expect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from packages.backbeat.tests.support.dashboard import Visitor, chromium, dashboard_process
from packages.backbeat.tests.support.servers import private_valkey

_ID: Final = re.compile(r"'client_id': '([0-9a-f-]{36})'")


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    """Address of a gateway, with a dashboard and the pages of a product below it."""
    with private_valkey() as server, dashboard_process(server.url, "people", "product") as address:
        yield address.removesuffix("/dashboard")


@pytest.fixture
async def admin(gateway: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who may see both."""
    async with httpx.AsyncClient(base_url=gateway, cookies={"user": "admin"}) as client:
        yield client


async def test_each_door_leads_to_the_pages_of_its_own_site(admin: httpx.AsyncClient) -> None:
    assert "Welcome admin" in (await admin.get("product/")).text
    assert "mail of the product" in (await admin.get("product/queues/mail")).text
    for path in ("dashboard/", "dashboard/queues/mail", "dashboard/audit"):
        answer = await admin.get(path)
        assert answer.status_code == 200
        assert "· Backbeat</title>" in answer.text
        assert "of the product" not in answer.text


@pytest.mark.parametrize("where", ["{site}/", "{site}/queues/mail", "{site}/audit", "{site}"])
@pytest.mark.parametrize(
    "way",
    [
        "", "/", "/./", "//", "../{door}/", "_nicegui/../", "_nicegui/..%2f", "%2e%2e/", "..%2f",
        "_nicegui_ws/../", ".", "{door}/../", "?/", "%00/", ";/",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("door", "site"), [("product", "dashboard"), ("dashboard", "product")])
async def test_no_address_below_one_door_is_a_page_of_the_other(
    gateway: str, way: str, where: str, door: str, site: str
) -> None:
    path = f"{door}/" + (way + where).format(door=door, site=site)
    answer = await _raw(gateway, path)
    product = "of the product" in answer.text or "· Product</title>" in answer.text
    dashboard = "· Backbeat</title>" in answer.text
    assert answer.status_code in {200, 307, 404}
    assert not (product if site == "product" else dashboard)


async def _raw(gateway: str, path: str) -> httpx.Response:
    """What is answered to a path as it is, which no client has tidied up."""
    host = httpx.URL(gateway)
    request = httpx.Request("GET", host, headers={"cookie": "user=admin", "host": "127.0.0.1"})
    request.url = host.copy_with(raw_path=f"{host.path}/{path}".encode())
    async with httpx.AsyncClient() as client:
        return await client.send(request)


@pytest.mark.parametrize("door", ["product", "dashboard"])
async def test_the_marks_of_scripts_are_those_of_one_answer(
    admin: httpx.AsyncClient, door: str
) -> None:
    marks = set()
    for _ in range(2):
        answer = await admin.get(f"{door}/")
        policy = answer.headers["content-security-policy"]
        [mark] = re.findall(r"'nonce-([\w-]+)'", policy)
        scripts = re.findall(r"<script[^>]*>", answer.text)
        assert scripts
        assert all(f'nonce="{mark}"' in each for each in scripts)
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
        marks.add(mark)
    assert len(marks) == 2


async def test_everything_that_a_page_loads_is_from_here(admin: httpx.AsyncClient) -> None:
    for door in ("product/", "dashboard/"):
        page = (await admin.get(door)).text
        places = re.findall(r"""(?:src|href)="([^"]+)"|url\("([^"]+)"\)|"(/[^"]+\.js)\"""", page)
        found = [next(filter(None, each)) for each in places]
        assert len(found) > 10
        for place in found:
            if not place.startswith("data:"):
                assert place.startswith(f"/backbeat/{door}"), place
                host = str(admin.base_url).removesuffix("/backbeat/")
                assert (await admin.get(f"{host}{place}")).status_code == 200, place


async def test_who_may_not_enter_is_sent_to_the_way_in_and_gets_no_file(gateway: str) -> None:
    headers = {"cookie": "user=banned", "accept": "text/html"}
    async with httpx.AsyncClient(base_url=gateway, headers=headers) as client:
        sent = await client.get("product/")
        assert (sent.status_code, sent.headers["location"]) == (303, "/backbeat/product/sign-in")
        way_in = await client.get("product/sign-in")
        assert way_in.status_code == 418
        assert "&lt;b&gt;so&lt;/b&gt;" in way_in.text
        assert "<title>&lt;In&gt; · Product" in way_in.text
        assert "script-src 'none'" in way_in.headers["content-security-policy"]
        assert (await client.get("product/shared/pages.css")).status_code == 200
        assert (await client.get("product/_nicegui_ws/socket.io/")).status_code == 303
        client.headers["accept"] = "*/*"
        for path in ("product/", "product/_nicegui/3/static/nicegui.js"):
            assert (await client.get(path)).status_code == 401


async def _live(gateway: str, door: str, page: str) -> ClientConnection:
    """A socket for a page, through a door, as a page at this address opens it."""
    origin = gateway.removesuffix("/backbeat")
    where = f"{gateway.replace('http', 'ws', 1)}/{door}/_nicegui_ws/socket.io/"
    return await connect(
        f"{where}?EIO=4&transport=websocket&client_id={page}",
        additional_headers={"cookie": "user=admin", "origin": origin}, proxy=None,
    )  # fmt: skip


@pytest.mark.parametrize(("door", "other"), [("product", "dashboard"), ("dashboard", "product")])
async def test_a_page_is_not_reached_through_a_socket_of_the_other_door(
    gateway: str, admin: httpx.AsyncClient, door: str, other: str
) -> None:
    [page] = _ID.findall((await admin.get(f"{other}/")).text)
    with pytest.raises(InvalidStatus, match="403"):
        await _live(gateway, door, page)
    [own] = _ID.findall((await admin.get(f"{door}/")).text)
    async with await _live(gateway, door, own) as socket:
        assert str(await socket.recv()).startswith("0{")
        await socket.send("40")
        assert str(await socket.recv()).startswith("40{")
        await socket.send(f'42["event",{{"client_id":"{own}","id":1,"args":[]}}]')
        await (await socket.ping())
        await socket.send(f'42["event",{{"client_id":"{page}","id":1,"args":[]}}]')
        async with asyncio.timeout(20):
            await socket.wait_closed()


@pytest.mark.needs_chromium
async def test_a_page_of_a_product_is_live_dark_and_complains_of_nothing(gateway: str) -> None:
    async with chromium() as browser:
        context = await browser.new_context(color_scheme="light")
        visitor = Visitor(await context.new_page(), f"{gateway}/product")
        await visitor.go("/")
        await visitor.press("More")
        await expect(visitor.page.get_by_text("1", exact=True)).to_be_visible()
        for mode in ("light", "dark"):
            await visitor.page.get_by_role("button", name="Colours:").click()
            await expect(visitor.page.get_by_label(f"Colours: {mode}")).to_be_visible()
        await visitor.go("/queues/x")
        await visitor.go("/")
        await expect(visitor.page.locator("body")).to_have_class(re.compile("body--dark"))
        [cookie] = await context.cookies()
        assert (cookie["name"], cookie["path"]) == ("backbeat_theme", "/backbeat/product")
        assert visitor.complaints == []
        await context.close()
