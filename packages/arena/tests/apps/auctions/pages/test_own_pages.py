"""What is somebody's own in a browser: what they watch, sell, owe, and are offered."""

import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import expect

from arena.base.db.opening import connect
from packages.arena.tests.apps.auctions.faults.crowd import becomes
from packages.arena.tests.apps.auctions.pages.stage import Guest, Stage
from packages.arena.tests.apps.auctions.pages.test_looking import PHONE

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]

MINE: Final = "/auctions/mine"


async def bid(user: httpx.AsyncClient, auction_id: str, most: str) -> None:
    """Somebody bids over REST."""
    body = {"bidId": str(uuid4()), "maxAmount": most}
    answer = await user.post(f"/api/items/{auction_id}/bids", json=body)
    assert answer.status_code == 201, answer.text


async def has_ended(stage: Stage, auction_id: str) -> None:
    """Wait until the end of an auction was noted down."""
    database = connect(stage.database_at)
    ended = f"SELECT count(*) FROM auctions WHERE id = '{auction_id}' AND status = 'ended'"  # noqa: S608 - an id of ours
    await becomes(database, ended, 1)
    await database.close()


@asynccontextmanager
async def unsold(stage: Stage) -> AsyncIterator[tuple[str, Guest, Guest]]:
    """An auction that ended below its reserve, its seller, and ann, who led at 10.00."""
    seller, ann = await stage.user("seller"), await stage.user("ann")
    auction_id = await stage.sale(seller=seller, lasts_s=3, reservePrice="90.00")
    await bid(ann, auction_id, "20.00")
    await has_ended(stage, auction_id)
    async with stage.guest(user=seller) as sells, stage.guest(user=ann) as led:
        yield auction_id, sells, led


async def test_what_somebody_watches_is_in_their_list_and_live(stage: Stage) -> None:
    title = f"Lamp {uuid4().hex[:8]}"
    auction_id, bidder = await stage.sale(title=title), await stage.user("bob")
    async with stage.guest("ann") as ann:
        await ann.see(auction_id)
        await ann.press("Watch")
        await expect(ann.button("Watching")).to_be_visible()
        await ann.go("/auctions")
        await ann.page.get_by_text("Watched", exact=True).click()
        card = ann.page.locator(".card").filter(has_text=title)
        await expect(card).to_contain_text("0 bids")
        await bid(bidder, auction_id, "20.00")
        await expect(card).to_contain_text("1 bid")
        await ann.see(auction_id)
        await ann.press("Watching")
        await expect(ann.button("Watch")).to_be_visible()
        await ann.go(f"{MINE}/watched")
        await expect(ann.page.get_by_text("You watch none")).to_be_visible()
        assert ann.complaints == []


async def test_a_seller_writes_a_draft_changes_it_and_publishes_it(stage: Stage) -> None:
    async with stage.guest("seller") as seller, stage.guest("ann") as ann:
        await seller.go(f"{MINE}/selling")
        await expect(seller.page.get_by_text("You sell nothing")).to_be_visible()
        await seller.page.get_by_text("Sell something", exact=True).click()
        await seller.page.get_by_label("What it is").fill("A clock")
        await seller.page.get_by_label("Starting price").fill("7,5")
        await seller.press("Keep as a draft")
        await expect(seller.page.locator(".problem").first).to_contain_text("is no amount of USD")
        await seller.page.get_by_label("Starting price").fill("7.50")
        await seller.button("Keep as a draft").dblclick()
        await expect(seller.page.locator("h1")).to_have_text("A clock")
        draft = seller.page.url.removeprefix(seller.address)
        await ann.page.goto(ann.address + draft)
        await expect(ann.page.get_by_text("there is no auction")).to_be_visible()
        await expect(ann.page.get_by_text("A clock")).to_have_count(0)

        await seller.page.get_by_label("What it is").fill("A better clock")
        now = datetime.now(UTC)
        await seller.page.get_by_label("Start, UTC").fill(f"{now:%Y-%m-%dT%H:%M:%S}")
        await seller.press("Keep as a draft")
        await expect(seller.page.locator("h1")).to_have_text("A better clock")
        await seller.press("Publish")
        await seller.page.get_by_text("Its page").click()
        await expect(seller.price).to_have_text("7.50 USD")
        await seller.go(f"{MINE}/selling")
        await expect(seller.page.locator(".table tbody tr")).to_have_count(1)
        await expect(seller.page.locator(".table")).to_contain_text("A better clock")
        # People may bid on it by now.
        await seller.go(draft)
        await seller.press("Call it off")
        await expect(seller.page.get_by_text("ask the house to call it off")).to_be_visible()


async def test_what_is_to_come_is_called_off_by_its_seller(stage: Stage) -> None:
    user = await stage.user("seller")
    soon = (datetime.now(UTC) + timedelta(minutes=30)).isoformat()
    auction_id = await stage.sale(seller=user, startTime=soon)
    async with stage.guest(user=user) as seller:
        await seller.go(f"{MINE}/selling/{auction_id}")
        await seller.page.get_by_label("Why, for those who watch it").fill("lost it")
        await seller.press("Call it off")
        await expect(seller.page.locator(".head .state")).to_have_text("cancelled")
        await seller.go(f"{MINE}/selling")
        await expect(seller.page.locator(".table")).to_contain_text("Called off")
        assert seller.complaints == []


async def test_a_second_chance_is_offered_taken_and_owed(stage: Stage) -> None:
    async with unsold(stage) as (auction_id, seller, ann):
        await seller.go(f"{MINE}/selling/{auction_id}")
        await seller.press("Offer it")
        await expect(seller.page.get_by_text("is waiting for an answer")).to_be_visible()
        await ann.see(auction_id)
        await expect(ann.page.locator(".chance")).to_contain_text("offers it to you for 10.00 USD")
        await ann.press("Take it")
        await expect(ann.page.locator(".chance")).to_contain_text("was accepted")
        await seller.go(f"{MINE}/selling/{auction_id}")
        await expect(seller.page.get_by_text("was accepted")).to_be_visible()
        for guest, side in ((ann, "bought"), (seller, "sold")):
            await guest.go(f"{MINE}/invoices?side={side}")
            row = guest.page.locator(".table tbody tr")
            await expect(row).to_have_count(1)
            await expect(row).to_contain_text("10.00 USD")
            where = await guest.page.get_by_text("All of them as CSV").get_attribute("href")
            answer = await guest.page.request.get(f"{stage.at}{where}")
            (kept,) = csv.DictReader((await answer.text()).splitlines())
            assert (kept["auction_id"], kept["due"]) == (auction_id, "10.00")
        assert ann.complaints == seller.complaints == []


async def test_a_second_chance_is_declined_and_nobody_else_sees_it(stage: Stage) -> None:
    async with unsold(stage) as (auction_id, seller, ann), stage.guest("eve") as eve:
        await seller.go(f"{MINE}/selling/{auction_id}")
        await seller.press("Offer it")
        await expect(seller.page.get_by_text("is waiting for an answer")).to_be_visible()
        await eve.see(auction_id)
        await expect(eve.page.locator(".over")).to_be_visible()
        await expect(eve.page.locator(".chance")).to_have_count(0)
        await ann.see(auction_id)
        await ann.press("No, thanks")
        await expect(ann.page.locator(".chance")).to_contain_text("was declined")
        await ann.go(f"{MINE}/invoices")
        await expect(ann.page.get_by_text("There is none")).to_be_visible()


async def test_nobody_has_nothing_of_their_own_and_is_shown_the_way_in(stage: Stage) -> None:
    async with stage.guest() as guest:
        for name in ("watched", "invoices", "selling", "selling/new"):
            answer = await guest.page.goto(f"{guest.address}{MINE}/{name}")
            assert answer is not None
            assert answer.status == 401
            way_in = await guest.page.locator(".page .sign").get_attribute("href")
            assert way_in == f"/house/sign-in?next={quote(f'{MINE}/{name}', safe='')}"


async def test_nothing_of_it_is_wider_than_a_phone(stage: Stage) -> None:
    user, ann = await stage.user("seller"), await stage.user("ann")
    auction_id = await stage.sale(
        seller=user, title="W" * 200, category="W" * 60, buyNowPrice="1999999999.99",
        startingPrice="999999999.99", reservePrice="1999999999.99",
    )  # fmt: skip
    await bid(ann, auction_id, "1999999999.99")
    await has_ended(stage, auction_id)
    async with stage.guest(user=user, width=PHONE) as guest:
        await guest.see(auction_id)
        await guest.press("Watch")
        await expect(guest.button("Watching")).to_be_visible()
        for name in (
            "watched",
            "invoices?side=sold",
            "selling",
            "selling/new",
            f"selling/{auction_id}",
        ):
            await guest.page.goto(f"{guest.address}{MINE}/{name}")
            await expect(guest.page.locator("h1")).to_be_visible()
            await expect(guest.page.get_by_text("This cannot be shown")).to_have_count(0)
            width = await guest.page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE, name
