"""Two people with browsers bid against each other, to the end."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from packages.arena.tests.apps.auctions.pages.stage import Stage, house_process
from packages.arena.tests.support.databases import Databases
from packages.backbeat.tests.support.servers import private_valkey

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]

# Every bid comes in the window, however fast or slow the browsers are.
SOFT: dict[str, Any] = {
    "mode": "append", "windowSeconds": 60, "extendSeconds": 6, "maxExtensions": 2
}  # fmt: skip


async def test_two_people_bid_against_each_other_to_the_end(stage: Stage) -> None:
    auction_id = await stage.sale(lasts_s=20, softClose=SOFT, reservePrice="25.00")
    async with stage.guest("ann") as ann, stage.guest("bob") as bob:
        for guest in (ann, bob):
            await guest.see(auction_id)
            await expect(guest.price).to_have_text("10.00 USD")
            await expect(guest.field).to_have_value("10.00")
        await expect(ann.page.locator(".viewers")).to_have_text("2 looking")

        await ann.bid("20.00")
        await ann.answered("you lead")
        await expect(bob.page.get_by_text("1 bid", exact=True)).to_be_visible()
        await expect(bob.page.locator(".stand .leader")).to_have_text(
            re.compile(r"^Bidder \w+ leads$")
        )
        await expect(ann.page.locator(".stand .leader")).to_have_text("You lead, up to 20.00 USD")
        await expect(bob.page.get_by_text("Reserve not met")).to_be_visible()
        await expect(bob.page.get_by_text("put off 1 time")).to_be_visible()
        await expect(bob.field).to_have_value("10.50")

        await bob.bid("15.00")
        await bob.answered("somebody bid more before: 15.50 USD now")
        await expect(ann.price).to_have_text("15.50 USD")
        await expect(ann.outbid).to_be_hidden()

        await bob.bid("30.00")
        await bob.answered("you lead")
        await expect(ann.outbid).to_contain_text("You were outbid: the price is 25.00 USD now.")
        await expect(ann.page.get_by_text("Reserve met")).to_be_visible()
        await expect(ann.page.get_by_text("put off 2 times")).to_be_visible()
        await expect(bob.outbid).to_be_hidden()
        await expect(ann.field).to_have_value("26.00")

        for guest in (ann, bob):
            rows = guest.page.locator(".table tbody tr")
            await expect(rows).to_have_count(3)
            shown = await guest.page.locator(".table").inner_text()
            assert len(set(re.findall(r"Bidder \w+", shown))) == 2
            assert ("maximum 20.00" in shown, "maximum 30.00" in shown) == (
                guest is ann, guest is bob,
            )  # fmt: skip

        await expect(bob.page.locator(".over h2")).to_have_text("You won", timeout=40_000)
        await expect(bob.page.locator(".over")).to_contain_text("You bought it for 25.00 USD.")
        await expect(ann.page.locator(".over h2")).to_have_text("Sold")
        await expect(ann.page.locator(".over")).to_contain_text(
            re.compile(r"Bidder \w+ bought it for 25\.00 USD\.")
        )
        for guest in (ann, bob):
            await expect(guest.page.get_by_text("Over since")).to_contain_text("put off 2 times")
            await expect(guest.field).to_be_hidden()
            await expect(guest.outbid).to_be_hidden()
            assert guest.complaints == []


async def test_a_double_click_is_one_bid(stage: Stage) -> None:
    auction_id = await stage.sale()
    async with stage.guest("ann") as ann:
        await ann.see(auction_id)
        # What is written before the least is filled in would be written over.
        await expect(ann.field).to_have_value("10.00")
        await ann.field.fill("50.00")
        await ann.page.locator(".bid-line button").dblclick()
        await ann.answered("you lead")
        await ann.page.evaluate(
            "() => { const it = document.querySelector('.bid-line button');"
            " it.click(); it.click(); }"
        )
        await ann.page.locator(".bid-line input").press("Enter")
        await expect(ann.page.locator(".bid .answer")).to_contain_text("50.00 USD counts")
        await expect(ann.page.locator(".bid .problem")).to_be_hidden()
        client = await stage.user("eve")
        state = (await client.get(f"/api/items/{auction_id}/state")).json()["data"]
        assert (state["totalBids"], state["currentBid"]) == (1, "10.00")


async def test_what_is_wrong_is_said_where_it_was_done_with_what_to_do(stage: Stage) -> None:
    auction_id = await stage.sale(paceMs=0)
    async with stage.guest("ann") as ann, stage.guest("bob") as bob:
        for guest in (ann, bob):
            await guest.see(auction_id)
        await ann.bid("12,50")
        await ann.refused("is no amount of USD: write digits")
        await ann.bid("9.99")
        await ann.refused("bid at least 10.00 USD")
        await ann.bid("20.00")
        await ann.answered("you lead")
        await ann.bid("19.00")
        await ann.refused("bid more than your maximum to raise it")
        await bob.bid("10.25")
        await bob.refused("bid at least 10.50 USD")
        await bob.bid("99999999999.00")
        await bob.refused("bid less")
        await bob.bid("20.50")
        await bob.answered("you lead")
        await expect(ann.page.locator(".bid .problem")).to_have_text(re.compile("maximum"))
        assert ann.complaints == bob.complaints == []


async def test_who_buys_at_once_is_asked_first(stage: Stage) -> None:
    auction_id = await stage.sale(buyNowPrice="80.00")
    async with stage.guest("ann") as ann:
        await ann.see(auction_id)
        await ann.page.get_by_role("button", name="Buy now for 80.00 USD").click()
        await ann.dialog.get_by_role("button", name="Back").click()
        await expect(ann.dialog).to_be_hidden()
        await expect(ann.page.get_by_text("0 bids")).to_be_visible()
        await ann.page.get_by_role("button", name="Buy now for 80.00 USD").click()
        await ann.dialog.get_by_role("button", name="Buy", exact=True).click()
        await expect(ann.page.locator(".over h2")).to_have_text("You won")
        assert ann.complaints == []


async def test_who_presses_when_the_amount_has_just_changed_is_asked(
    stage: Stage, databases: Databases, tmp_path: Path
) -> None:
    address = databases.address(await databases.named())
    with (
        private_valkey() as jobs,
        house_process(jobs.url, address, str(tmp_path), "--slow-people") as at,
    ):
        there = Stage(at, stage.browser, address)
        async with there.stack:
            auction_id = await there.sale()
            async with there.guest("ann") as ann, there.guest("bob") as bob:
                await ann.see(auction_id)
                await bob.see(auction_id)
                await bob.page.locator(".bid-line button").click()
                await bob.answered("you lead")
                await expect(ann.field).to_have_value("10.50")
                await ann.page.locator(".bid-line button").click()
                await ann.refused("The least is 10.50 since a moment ago: press again")
                await expect(ann.page.get_by_text("1 bid", exact=True)).to_be_visible()
                await ann.bid("11.00")
                await ann.answered("you lead")
