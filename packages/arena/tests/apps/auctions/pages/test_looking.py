"""What people see who only look: the list, time, phones, sessions that end, what is not there."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import pytest
from playwright.async_api import expect

from packages.arena.tests.apps.auctions.pages.stage import PASSWORD, Guest, Stage

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]

PHONE: Final = 390
# A browser whose time of day is wrong by hours. What has passed it still measures right.
SHIFTED: Final = """(() => {
    const Right = Date, by = %d * 3_600_000;
    window.Date = class extends Right {
        constructor(...given) { given.length ? super(...given) : super(Right.now() + by) }
        static now() { return Right.now() + by }
    };
})()"""


async def left_s(guest: Guest) -> int:
    """Seconds that the page says are left."""
    timer = guest.page.get_by_role("timer")
    await expect(timer).to_have_text(re.compile(r"^[\d:]+$"))
    seconds = 0
    for part in (await timer.inner_text()).split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


@pytest.mark.parametrize("hours", [-7, 0, 31])
async def test_time_is_the_servers_whatever_the_browser_says(stage: Stage, hours: int) -> None:
    now = datetime.now(UTC)
    auction_id = await stage.sale(lasts_s=5_400)
    async with stage.guest(script=SHIFTED % hours) as guest:
        await guest.see(auction_id)
        said = await guest.page.evaluate("Date.now()")
        assert abs(said / 1_000 - now.timestamp() - hours * 3_600) < 600
        first = await left_s(guest)
        passed = (datetime.now(UTC) - now).total_seconds()
        assert 5_400 - passed - 5 <= first <= 5_400
        await expect(guest.page.get_by_role("timer")).not_to_have_text(
            await guest.page.get_by_role("timer").inner_text()
        )
        assert await left_s(guest) < first


async def test_the_list_is_live_and_leads_to_each_auction(stage: Stage) -> None:
    title = f"Lamp {uuid4().hex[:8]}"
    async with stage.guest() as guest:
        await guest.go("/auctions")
        auction_id = await stage.sale(lasts_s=60, title=title)
        card = guest.page.locator(".card").filter(has_text=title)
        await expect(card.locator(".price")).to_have_text("10.00 USD")
        bidder = await stage.user("ann")
        body = {"bidId": str(uuid4()), "maxAmount": "12.00"}
        assert (await bidder.post(f"/api/items/{auction_id}/bids", json=body)).status_code == 201
        await expect(card).to_contain_text("1 bid")
        await card.click()
        await expect(guest.page.locator("h1")).to_have_text(title)
        await expect(guest.outbid).to_be_hidden()
        await expect(guest.page.locator(".state")).to_be_hidden()
        assert guest.complaints == []


async def test_what_is_to_come_begins_by_itself(stage: Stage) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=8)
    auction_id = await stage.sale(startTime=soon.isoformat())
    async with stage.guest("ann") as guest:
        await guest.see(auction_id)
        await expect(guest.page.get_by_text("Starts in")).to_be_visible()
        await expect(guest.field).to_be_hidden()
        await expect(guest.page.get_by_text("Ends in")).to_be_visible()
        await guest.bid("11.00")
        await guest.answered("you lead")


async def test_nothing_is_wider_than_a_phone(stage: Stage) -> None:
    long = "W" * 200
    auction_id = await stage.sale(
        title=long, text=f"{long} " * 3, category=long[:60], buyNowPrice="9999999999.99",
        startingPrice="999999999.99", reservePrice="1999999999.99",
    )  # fmt: skip
    async with stage.guest("a" * 25, width=PHONE) as guest:
        await guest.see(auction_id)
        await guest.bid("1000000000.00")
        await guest.answered("you lead")
        await expect(guest.page.locator(".table tbody tr")).to_have_count(1)
        for path in (f"/auctions/{auction_id}", "/auctions", "/", "/sign-in", "/sign-up"):
            await guest.page.goto(guest.address + path)
            await expect(guest.page.locator("h1").first).to_be_visible()
            width = await guest.page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE, path


async def test_a_visitor_signs_up_comes_back_to_the_auction_and_bids(stage: Stage) -> None:
    auction_id, name = await stage.sale(), f"newcomer_{uuid4().hex[:6]}"
    async with stage.guest() as guest:
        await guest.see(auction_id)
        await expect(guest.field).to_be_hidden()
        await guest.page.get_by_text("Sign in to bid").click()
        await guest.page.get_by_text("Sign up").click()
        await guest.page.get_by_label("E-mail address").fill(f"{name}@example.com")
        await guest.page.get_by_label("Name").fill(name)
        await guest.page.get_by_label("Password").fill(PASSWORD)
        await guest.page.get_by_role("button", name="Sign up").click()
        await expect(guest.page.locator(".who")).to_contain_text(name)
        await expect(guest.page).to_have_url(f"{guest.address}/auctions/{auction_id}")
        await guest.bid("11.00")
        await guest.answered("you lead")
        cookies = await guest.page.context.cookies()
        [cookie] = [each for each in cookies if each["name"] == "arena_session"]
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
        await guest.page.get_by_label("Sign out").click()
        await expect(guest.page.get_by_text("Sign in", exact=True)).to_be_visible()
        assert guest.complaints == []


async def test_a_session_that_ended_bids_no_more_on_a_page_that_is_open(stage: Stage) -> None:
    auction_id = await stage.sale()
    async with stage.guest("ann") as guest:
        await guest.see(auction_id)
        other = await guest.page.context.new_page()
        await other.goto(guest.address)
        await other.get_by_label("Sign out").click()
        await expect(other.get_by_text("Sign in", exact=True)).to_be_visible()
        await guest.bid("11.00")
        await guest.refused("sign in")
        client = await stage.user("eve")
        state = (await client.get(f"/api/items/{auction_id}/state")).json()["data"]
        assert state["totalBids"] == 0
        await expect(guest.page.get_by_text("Sign in to bid")).to_be_visible()


async def test_what_is_not_there_is_said_and_is_a_404(stage: Stage) -> None:
    seller = await stage.user("seller")
    now = datetime.now(UTC)
    draft = await seller.post("/api/items", json={
        "title": "Draft", "startingPrice": "1.00", "startTime": now.isoformat(),
        "endTime": (now + timedelta(hours=1)).isoformat(),
    })  # fmt: skip
    hidden = draft.json()["data"]["state"]["auctionId"]
    async with stage.guest() as guest:
        for auction_id in ("none", hidden, str(uuid4())):
            answer = await guest.page.goto(f"{guest.address}/auctions/{auction_id}")
            assert answer is not None
            assert answer.status == 404
            await expect(guest.page.get_by_text("This cannot be shown")).to_be_visible()


async def test_viewers_come_and_go(stage: Stage) -> None:
    auction_id = await stage.sale()
    async with stage.guest() as ann:
        await ann.see(auction_id)
        await expect(ann.page.locator(".viewers")).to_have_text("1 looking")
        async with stage.guest() as bob:
            await bob.see(auction_id)
            await expect(ann.page.locator(".viewers")).to_have_text("2 looking")
        await expect(ann.page.locator(".viewers")).to_have_text("1 looking")
