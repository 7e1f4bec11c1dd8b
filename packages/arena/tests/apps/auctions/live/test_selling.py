"""What sellers change, and what is owed in the end, over REST."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from arena.apps.auctions.actions.invoicing import as_table
from packages.arena.tests.apps.auctions.house import AuctionHouse
from packages.arena.tests.apps.auctions.live.served import Person, Served
from packages.arena.tests.apps.auctions.live.test_over_rest import post_bid, refusal

ITEM = {
    "title": "A watch", "startingPrice": "10.00", "reservePrice": "20.00",
    "startTime": "2030-01-01T00:00:00Z", "endTime": "2030-01-02T00:00:00Z",
}  # fmt: skip


async def drafted(seller: Person) -> str:
    """The path of a draft."""
    made = await seller.http.post("/api/items", json=ITEM)
    return f"/api/items/{made.json()['data']['state']['auctionId']}"


async def test_a_draft_is_changed_where_it_is_said_and_nowhere_else(served: Served) -> None:
    seller, ann = [await served.visit(name) for name in ("seller", "ann")]
    path = await drafted(seller)
    before = (await seller.http.get(path)).json()["data"]
    change = {"title": "A better watch", "buyNowPrice": "99.00", "endTime": "2030-01-03T00:00:00Z"}
    changed = await seller.http.patch(path, json=change)
    assert changed.status_code == 200, changed.text
    after = (await seller.http.get(path)).json()["data"]
    assert after == changed.json()["data"] | {"state": after["state"]}
    assert after["title"] == "A better watch"
    assert after["state"]["buyNowPrice"] == "99.00"
    assert after["state"]["endTime"] - before["state"]["endTime"] == 86_400_000
    same = ("text", "category", "incrementRule", "proxy", "deposit")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert (await ann.http.patch(path, json=change)).status_code == 404
    taken_away = await seller.http.patch(path, json={"reservePrice": None, "buyNowPrice": None})
    assert taken_away.json()["data"]["state"]["buyNowPrice"] is None


@pytest.fixture
def terms_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the house sets for all auctions."""
    monkeypatch.setenv("AUCTION_EXTENSION_SECONDS", "45")
    monkeypatch.setenv("AUCTION_PREMIUM_BPS", "1250")


@pytest.mark.usefixtures("terms_of_the_house")
async def test_the_house_sets_the_premium_and_what_sellers_leave_out(served: Served) -> None:
    seller = await served.visit("seller")
    path = await drafted(seller)
    drawn = (await seller.http.get(path)).json()["data"]
    assert (drawn["premiumBps"], drawn["softClose"]["extendSeconds"]) == (1_250, 45)
    said = {"softClose": {"mode": "reset", "extendSeconds": 60}}
    changed = (await seller.http.patch(path, json=said)).json()["data"]
    assert changed["premiumBps"] == 1_250
    assert changed["softClose"] == {
        "mode": "reset", "windowSeconds": 30, "extendSeconds": 60, "maxExtensions": None,
    }  # fmt: skip
    assert refusal(await seller.http.patch(path, json={"premiumBps": 0})) == (
        400, "VALIDATION_FAILED",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": None}, "INVALID_TERMS"),
        ({"startingPrice": "30.00"}, "INVALID_TERMS"),
        ({"endTime": "2029-01-01T00:00:00Z"}, "INVALID_TERMS"),
        ({"startingPrice": "7,500"}, "INVALID_AMOUNT"),
        ({"seller": "me"}, "VALIDATION_FAILED"),
        ({"title": ""}, "VALIDATION_FAILED"),
    ],
)
async def test_a_draft_stays_what_can_be_held(
    served: Served, change: dict[str, Any], code: str
) -> None:
    seller = await served.visit("seller")
    path = await drafted(seller)
    assert refusal(await seller.http.patch(path, json=change)) == (400, code)
    kept = (await seller.http.get(path)).json()["data"]
    assert (kept["title"], kept["state"]["minNextBid"]) == ("A watch", "10.00")


async def test_pictures_are_addresses_that_everybody_gets_in_their_order(served: Served) -> None:
    seller, ann = [await served.visit(name) for name in ("seller", "ann")]
    images = ["https://img.example.com/b.jpg", "https://img.example.com/a.jpg?w=640"]
    made = await seller.http.post("/api/items", json=ITEM | {"images": images})
    assert made.json()["data"]["images"] == images
    path = f"/api/items/{made.json()['data']['state']['auctionId']}"
    await seller.http.patch(path, json={"title": "With pictures"})
    assert (await seller.http.get(path)).json()["data"]["images"] == images
    await seller.http.patch(path, json={"images": images[:1]})
    await seller.http.post(f"{path}/publish")
    assert (await ann.http.get(path)).json()["data"]["images"] == images[:1]
    listed = (await ann.http.get("/api/items?status=scheduled")).json()["data"]
    assert [each["images"] for each in listed] == [images[:1]]


async def test_what_was_published_is_not_changed(served: Served) -> None:
    seller = await served.visit("seller")
    path = await drafted(seller)
    assert (await seller.http.post(f"{path}/publish")).status_code == 200
    answer = await seller.http.patch(path, json={"title": "Another"})
    assert refusal(answer) == (409, "WRONG_STATUS")


async def test_buyer_and_seller_see_the_invoice_and_nobody_else(served: Served) -> None:
    seller, ann, bob = [await served.visit(name) for name in ("seller", "ann", "bob")]
    title = '=HYPERLINK("http://evil.example.com","A ""watch""")'
    auction_id = await served.sale(seller, title=title, buyNowPrice="500.00")
    path = f"/api/items/{auction_id}/invoice"
    assert refusal(await ann.http.get(path)) == (404, "INVOICE_NOT_FOUND")
    assert (await post_bid(ann, auction_id, "500.00")).status_code == 201
    assert (await ann.call("notifications:follow"))["success"]
    while (owed := await ann.http.get(path)).status_code == 404:
        # The end is a job of its own; its other trace is the notice.
        await ann.hear("notification")
    invoice = owed.json()["data"]
    assert (invoice["hammerPrice"], invoice["due"], invoice["status"]) == (
        "500.00", "500.00", "open"
    )  # fmt: skip
    assert (await seller.http.get(path)).json()["data"] == invoice
    assert refusal(await bob.http.get(path)) == (404, "INVOICE_NOT_FOUND")
    for person, side, there in ((ann, "bought", 1), (seller, "sold", 1), (ann, "sold", 0)):
        page = (await person.http.get(f"/api/me/invoices?side={side}")).json()
        assert (len(page["data"]), page["pagination"]["total"]) == (there, there)
    table = await ann.http.get("/api/me/invoices.csv")
    assert table.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(table.text))
    assert row["title"] == f"'{title}"
    assert (row["hammer_price"], row["auction_id"]) == ("500.00", auction_id)


async def test_a_long_table_has_every_row_once(
    house: AuctionHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arena.apps.auctions.actions.invoicing.TOGETHER", 2)
    sold = {await house.sell(buy_now_price=80_00) for _ in range(5)}
    for auction_id in sold:
        await house.bid(auction_id, "ann", "80.00")
    await house.work()
    lines = [line async for line in as_table(house.desk, "ann", "bought")]
    rows = list(csv.DictReader(lines))
    assert len(rows) == 5
    assert {row["auction_id"] for row in rows} == sold
    moment = datetime.fromisoformat(rows[0]["time"])
    assert moment - datetime.fromtimestamp(house.clock() / 1000, UTC) < timedelta(seconds=1)


async def test_a_table_ends_where_the_invoices_do(house: AuctionHouse) -> None:
    first, copies = await house.sell(buy_now_price=80_00), 10_001
    await house.bid(first, "ann", "80.00")
    await house.work()
    async with house.desk.database.transaction() as session:
        for table, key in (("auctions", "id"), ("auction_invoices", "auction_id")):
            copy = f"jsonb_populate_record(row, jsonb_build_object('{key}', 'copy-' || number))"
            rows = f"{table} row, generate_series(1, {copies}) number"
            await session.execute(text(f"INSERT INTO {table} SELECT ({copy}).* FROM {rows}"))  # noqa: S608 - names of ours
    lines = [line async for line in as_table(house.desk, "ann", "bought")]
    assert len(lines) == len(set(lines)) == 1 + 1 + copies
