"""Hostile text in everything that people may write: shown as text, and nothing of it runs."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.async_api import expect
from sqlalchemy import text

from arena.base.db.opening import connect
from packages.arena.tests.apps.auctions.pages.stage import PASSWORD, Stage
from packages.backbeat.tests.integration.dashboard.test_hostile_text import (
    CLEAN,
    COUNTING,
    PLANTED,
)
from packages.backbeat.tests.support.hostile import ELSEWHERE, MARKUP, PAYLOADS

pytestmark = [pytest.mark.needs_chromium, pytest.mark.asyncio(loop_scope="session")]


def storable(word: str) -> str:
    """The word without what PostgreSQL does not keep."""
    return word.replace("\0", "")


async def test_no_page_of_an_auction_runs_what_its_seller_wrote(stage: Stage) -> None:
    """A title for each payload; all of them together are the text."""
    words = [storable(word) for word in PAYLOADS if 0 < len(storable(word).strip()) <= 200]
    assert len(words) > 0.9 * len(PAYLOADS)
    seller, words_id = await stage.user("seller"), ""
    for number, word in enumerate(words):
        given: dict[str, Any] = {"text": "\n".join(words)[:10_000], "category": word[:60]}
        words_id = await stage.sale(seller=seller, lasts_s=7_200 + number, title=word, **given)
        if number % 8:
            continue
        async with stage.guest("ann", script=COUNTING) as guest:
            await guest.see(words_id)
            await expect(guest.page.locator("h1")).to_have_text(word)
            shown = await guest.page.locator(".words").text_content()
            assert (shown or "").strip() == given["text"].strip()
            await guest.bid("11.00")
            await guest.answered("you lead")
            assert await guest.page.evaluate(PLANTED) == CLEAN, word
            assert guest.complaints == []
    async with stage.guest(script=COUNTING) as guest:
        await guest.go("/auctions")
        await expect(guest.page.locator(".card").nth(40)).to_be_visible()
        assert await guest.page.evaluate(PLANTED) == CLEAN
        assert guest.complaints == []
    await seller.put(f"/api/watchlist/{words_id}")
    async with stage.guest(user=seller, script=COUNTING) as own:
        for path in ("selling", f"selling/{words_id}", "watched", "invoices?side=sold&page=<b>"):
            await own.go(f"/auctions/mine/{path}")
            assert await own.page.evaluate(PLANTED) == CLEAN, path
        assert own.complaints == []


async def test_no_name_runs(stage: Stage) -> None:
    auction_id = await stage.sale()
    for number, word in enumerate(("".join(MARKUP[:8]), "".join(ELSEWHERE[:8]), "{{zap()}}")):
        user = await stage.user("ann")
        await renamed(stage, user, storable(word))
        async with stage.guest(user=user, script=COUNTING) as guest:
            await guest.see(auction_id)
            await expect(guest.page.locator(".who")).to_contain_text(storable(word)[:8])
            await guest.bid(f"{(number + 2) * 10}.00")
            await guest.answered("counts")
            assert await guest.page.evaluate(PLANTED) == CLEAN
            assert guest.complaints == []


async def renamed(stage: Stage, user: httpx.AsyncClient, name: str) -> None:
    """Give somebody a name that no form takes: should another way in ever let one through."""
    id_ = (await user.get("/api/auth/me")).json()["data"]["id"]
    database = connect(stage.database_at)
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE users SET username = :name, email = :email WHERE id = :id"),
            {"name": name, "email": f"{id_}@example.com", "id": id_},
        )
    await database.close()
    # What a session says of its user counts for some seconds; a new one is asked about.
    body = {"login": f"{id_}@example.com", "password": PASSWORD}
    assert (await user.post("/api/auth/sign-in", json=body)).status_code == 200


@pytest.mark.parametrize("word", ["".join(MARKUP), "".join(ELSEWHERE), "javascript:zap()"])
async def test_no_address_brings_it_in(stage: Stage, word: str) -> None:
    given = quote(word[:2_000], safe="")
    async with stage.guest(script=COUNTING) as guest:
        for path in (
            f"/auctions/{given}", f"/auctions?status={given}", f"/sign-in?next={given}",
            f"/sign-up?next=/{given}",
        ):  # fmt: skip
            answer = await guest.page.goto(guest.address + path)
            assert answer is not None
            assert answer.status < 500
            await guest.page.wait_for_load_state("networkidle")
            assert await guest.page.evaluate(PLANTED) == CLEAN, path
