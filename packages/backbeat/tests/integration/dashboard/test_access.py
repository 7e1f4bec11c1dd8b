"""Who may look and who may change: roles, read-only, one queue alone, sign-in, origins, secrets."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import expect
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from backbeat.app import ApiKeys
from backbeat.gateway.access import Role
from packages.backbeat.tests.support.dashboard import (
    Stage,
    Visitor,
    dashboard_process,
)
from packages.backbeat.tests.support.dashboard_pages import furnished, pages_of
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, working

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]

# What every page may offer to whom it offers nothing: they change nothing.
HARMLESS = {"Filter", "keyboard_arrow_down"}


async def offered(visitor: Visitor) -> set[str]:
    """The words of all buttons of the page, in menus too."""
    buttons = visitor.page.locator(".page").get_by_role("button")
    return {words.strip().rsplit("\n", 1)[-1] for words in await buttons.all_inner_texts()}


@pytest.mark.parametrize("who", ["viewer", "admin-read-only"])
async def test_who_may_change_nothing_sees_every_page_and_no_button(
    stage: Stage, read_only_address: str, who: str
) -> None:
    queue = await furnished(stage)
    address = read_only_address if who == "admin-read-only" else stage.address
    async with stage.visitor(who.partition("-")[0], address=address) as visitor:
        for path in await pages_of(stage, queue):
            await visitor.go(path)
            await expect(visitor.page.get_by_text("This cannot be shown")).to_have_count(0)
            assert await offered(visitor) <= HARMLESS, path
        assert visitor.complaints == []


async def test_an_operator_steers_and_configures_nothing(stage: Stage, operator: Visitor) -> None:
    queue = await furnished(stage)
    seen: set[str] = set()
    for path in await pages_of(stage, queue):
        await operator.go(path)
        seen |= await offered(operator)
    assert {"Pause", "Retry", "Cancel", "Remove", "Retry group", "Run now", "Empty"} <= seen
    assert not seen & {"Scale", "Edit and replay", "Change", "Rules", "Make a schedule", "Open"}
    for path in ("/audit", "/keys"):
        await operator.page.goto(operator.address + path)
        await expect(operator.page.get_by_text("This cannot be shown")).to_be_visible()


async def test_somebody_of_one_queue_sees_nothing_of_others(stage: Stage) -> None:
    hidden = await furnished(stage)
    await stage.app.queue("mail").add("send", {"to": "ada"})
    async with stage.visitor("mailer") as visitor:
        for path in ("/", "/schedules", "/flows", "/workers", "/dead", "/groups"):
            await visitor.go(path)
            await expect(visitor.page.locator(".page")).not_to_contain_text(hidden.name)
        await visitor.go(f"/find?q={hidden.name}-waits")
        await expect(visitor.page.get_by_text("There is no such job")).to_be_visible()
        for path in (await pages_of(stage, hidden))[1:4]:
            await visitor.page.goto(visitor.address + path)
            await expect(visitor.page.get_by_text("This cannot be shown")).to_be_visible()


async def test_who_may_not_read_data_sees_none_of_it(stage: Stage) -> None:
    queue = stage.queue()
    job = await queue.add("note", {"words": "between us"})
    async with working(stage.app, queues=[queue.name]):
        await ended(queue, job.id)
    async with stage.visitor("blind") as visitor:
        await visitor.go(f"/queues/{queue.name}/jobs/{job.id}")
        await expect(
            visitor.page.get_by_text("You may not read what jobs carry").first
        ).to_be_visible()
        assert "between us" not in await visitor.page.content()


async def test_no_page_shows_a_secret(stage: Stage, admin: Visitor) -> None:
    queue = stage.queue()
    job = await queue.add("other", {"to": "ada", "password": "hunter2"})
    for path in ("", f"/jobs/{job.id}"):
        await admin.go(f"/queues/{queue.name}{path}")
        assert "hunter2" not in await admin.page.content()
    await admin.go(f"/queues/{queue.name}?text=hunter2")
    await expect(admin.page.get_by_text("No waiting job here")).to_be_visible()


@pytest.fixture(scope="module")
def key_address(dashboard_store: PrivateServer) -> Iterator[str]:
    with dashboard_process(dashboard_store.url, "keys") as address:
        yield address


async def test_a_key_signs_in_and_out_of_every_page(stage: Stage, key_address: str) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "x"})
    _, secret = await ApiKeys(stage.app.connections).create("ada", Role.OPERATOR.actions)
    async with stage.visitor("nobody", address=key_address) as visitor:
        await visitor.page.goto(f"{key_address}/queues/{queue.name}")
        await expect(visitor.page.get_by_label("API key")).to_be_visible()
        await visitor.page.get_by_label("API key").fill("wrong")
        await visitor.page.get_by_role("button", name="Sign in").click()
        await expect(visitor.page.get_by_role("alert")).to_contain_text("none that is known here")
        await visitor.page.get_by_label("API key").fill(secret)
        await visitor.page.get_by_role("button", name="Sign in").click()
        await expect(visitor.page.locator("h1")).to_have_text("Overview")
        other = await visitor.page.context.new_page()
        await other.goto(f"{key_address}/queues/{queue.name}")
        await visitor.page.get_by_label("Sign out").click()
        await expect(visitor.page.get_by_label("API key")).to_be_visible()
        await expect(other.get_by_label("API key")).to_be_visible()


async def test_a_click_after_the_key_was_revoked_changes_nothing(
    stage: Stage, key_address: str
) -> None:
    queue = stage.queue()
    await queue.add("note", {"words": "x"})
    keys = ApiKeys(stage.app.connections)
    key, secret = await keys.create("bea", Role.OPERATOR.actions)
    async with stage.visitor("nobody", address=key_address) as visitor:
        await visitor.page.goto(f"{key_address}/sign-in")
        await visitor.page.get_by_label("API key").fill(secret)
        await visitor.page.get_by_role("button", name="Sign in").click()
        await visitor.go(f"/queues/{queue.name}")
        await keys.revoke(key.id)
        await visitor.press("Pause")
        # Said at the click, unless the page has found out by itself and leads there already.
        said = visitor.page.locator(".q-notification__message").filter(
            has_text="credentials are needed"
        )
        await expect(said.or_(visitor.page.get_by_label("API key")).first).to_be_visible()
    assert not (await queue.counts()).paused


async def test_nobody_is_sent_to_sign_in_with_a_policy_that_runs_no_script(stage: Stage) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{stage.address}/", headers={"accept": "text/html"})
        assert (answer.status_code, answer.headers["location"][-8:]) == (303, "/sign-in")
        page = await client.get(f"{stage.address}/sign-in")
    assert "script-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", None, "https://{host}"])
async def test_a_socket_for_a_page_of_another_origin_is_refused(
    stage: Stage, origin: str | None
) -> None:
    where = stage.address.replace("http", "ws", 1) + "/_nicegui_ws/socket.io/"
    host = httpx.URL(stage.address).netloc.decode()
    given = {"Origin": origin.format(host=host)} if origin else {}
    headers = {"Cookie": "user=admin", **given}
    with pytest.raises(InvalidStatus, match="403"):
        await connect(f"{where}?EIO=4&transport=websocket", additional_headers=headers, proxy=None)


async def test_a_form_of_another_origin_signs_nobody_in(stage: Stage) -> None:
    async with httpx.AsyncClient() as client:
        answers = [
            await client.post(
                f"{stage.address}/sign-in", data={"key": "admin"}, headers={"origin": origin}
            )
            for origin in ("https://evil.example.com", stage.address.rsplit("/", 2)[0])
        ]
    foreign, ours = answers
    assert (foreign.status_code, "set-cookie" in foreign.headers) == (403, False)
    assert ours.status_code == 303
    cookie = ours.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
