"""The dashboard in a real browser: every page, one action, a viewer, and hostile text."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from backbeat import Backbeat
from packages.backbeat.tests.support.desk import declare_shop
from packages.backbeat.tests.support.private_server import PrivateServer

pytestmark = pytest.mark.needs_chromium

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PROCESS = "packages.backbeat.tests.support.dashboard_process"
PAGES = (
    "/", "/queues/mail", "/queues/mail/jobs/one", "/dead", "/schedules", "/flows", "/workers",
    "/schedules/reports/nightly", "/groups", "/limits", "/audit", "/keys", "/find?id=one",
)  # fmt: skip
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>{{alert(3)}}${alert(4)}`"


@pytest.fixture
def address(valkey: PrivateServer) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", PROCESS, valkey.url, "people"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.terminate()
    process.communicate()


@pytest.fixture
async def shop(valkey: PrivateServer) -> AsyncIterator[Backbeat]:
    app = declare_shop(valkey.url)
    await app.schedules.sync()
    await app.queue("mail").add("send", {"to": HOSTILE, "password": "hunter2"}, id="one")
    yield app
    await app.close()


@pytest.fixture
async def browser_page(address: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield await browser.new_page()
        await browser.close()


async def enter(page: Page, address: str, who: str) -> list[str]:
    """Come as somebody; gives what the browser complains about from now on."""
    cookie = {"name": "user", "value": who, "url": address}
    await page.context.add_cookies([cookie])  # type: ignore[list-item] # a dict of its shape
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"a script ran: {dialog.message}"))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    return complaints


async def test_every_page_shows_hostile_text_as_text_and_no_secret(
    shop: Backbeat, address: str, browser_page: Page
) -> None:
    complaints = await enter(browser_page, address, "admin")
    for path in PAGES:
        await browser_page.goto(address + path)
        await expect(browser_page.locator("h1")).to_be_visible()
        await expect(browser_page.get_by_text("This cannot be shown")).to_have_count(0)
        assert "hunter2" not in await browser_page.content(), path
    assert complaints == []


async def test_a_pause_by_an_operator_shows_without_a_reload(
    shop: Backbeat, address: str, browser_page: Page
) -> None:
    await enter(browser_page, address, "operator")
    await browser_page.goto(f"{address}/queues/mail")
    await browser_page.get_by_role("button", name="Pause").click()
    await expect(browser_page.locator(".head .state")).to_have_text("paused")
    assert (await shop.queue("mail").counts()).paused


async def test_a_viewer_is_offered_nothing_that_changes_something(
    shop: Backbeat, address: str, browser_page: Page
) -> None:
    await enter(browser_page, address, "viewer")
    for path in ("/queues/mail", "/queues/mail/jobs/one"):
        await browser_page.goto(address + path)
        await expect(browser_page.locator("h1")).to_be_visible()
        for name in ("Pause", "Cancel", "Remove", "Empty", "Scale", "Edit and replay"):
            await expect(browser_page.get_by_role("button", name=name)).to_have_count(0)


async def test_nobody_is_sent_to_sign_in_with_a_policy_that_runs_no_script(address: str) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{address}/", headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["location"][-8:]) == (303, "/sign-in")
        page = await client.get(f"{address}/sign-in")
    assert "script-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", None])
async def test_a_socket_for_a_page_of_another_origin_is_refused(
    address: str, origin: str | None
) -> None:
    where = address.replace("http", "ws", 1) + "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    headers = {"Cookie": "user=admin", **({"Origin": origin} if origin else {})}
    with pytest.raises(InvalidStatus, match="403"):
        await connect(where, additional_headers=headers, proxy=None)


async def test_a_form_of_another_origin_signs_nobody_in(address: str) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{address}/sign-in",
            data={"key": "admin"},
            headers={"origin": "https://evil.example.com"},
        )
        ours = await client.post(
            f"{address}/sign-in",
            data={"key": "admin"},
            headers={"origin": address.rsplit("/", 2)[0]},
        )
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert ours.status_code == 303
    cookie = ours.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
