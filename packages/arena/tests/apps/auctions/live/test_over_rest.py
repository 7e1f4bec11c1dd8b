"""People sell and bid over REST."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from packages.arena.tests.apps.auctions.live.served import Person, Served


async def post_bid(
    person: Person, auction_id: str, amount: Any, bid_id: str = ""
) -> httpx.Response:
    body = {"bidId": bid_id or str(uuid4()), "maxAmount": amount}
    return await person.http.post(f"/api/auctions/items/{auction_id}/bids", json=body)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_bids_are_answered_by_their_status(served: Served) -> None:
    seller, ann, bob = [await served.visit(name) for name in ("seller", "ann", "bob")]
    auction_id = await served.sale(seller)
    bid_id = str(uuid4())
    first = await post_bid(ann, auction_id, "20.00", bid_id)
    assert (first.status_code, first.json()["data"]["price"]) == (201, "10.00")
    again = await post_bid(ann, auction_id, "20.00", bid_id)
    told, told_again = first.json()["data"], again.json()["data"]
    assert told_again | {"serverTime": 0} == told | {"serverTime": 0}
    assert refusal(await post_bid(ann, auction_id, "30.00")) == (429, "RATE_LIMIT_EXCEEDED")
    low = await post_bid(bob, auction_id, "10.00")
    assert refusal(low) == (422, "BID_TOO_LOW")
    assert low.json()["error"]["details"]["minNextBid"] == "10.50"
    assert refusal(await post_bid(seller, auction_id, "90.00")) == (403, "SELLER_CANNOT_BID")
    assert refusal(await post_bid(bob, "nothing", "90.00")) == (404, "AUCTION_NOT_FOUND")
    for amount in ("7,500", "1e3", "7500.005", 7500.005):
        assert (await post_bid(bob, auction_id, amount)).status_code == 400


async def test_the_state_has_its_seq_as_version(served: Served) -> None:
    seller, ann = [await served.visit(name) for name in ("seller", "ann")]
    auction_id = await served.sale(seller)
    await post_bid(ann, auction_id, "20.00")
    path = f"/api/auctions/items/{auction_id}/state"
    state = await ann.http.get(path)
    assert state.headers["etag"] == '"v2"'
    again = await ann.http.get(path, headers={"if-none-match": state.headers["etag"]})
    assert again.status_code == 304


async def test_a_draft_is_its_sellers_own(served: Served) -> None:
    seller, ann = [await served.visit(name) for name in ("seller", "ann")]
    item = {"title": "A watch", "startingPrice": "10.00", "startTime": "2030-01-01T00:00:00Z",
            "endTime": "2030-01-02T00:00:00Z"}  # fmt: skip
    made = (await seller.http.post("/api/items", json=item)).json()["data"]["state"]
    path = f"/api/items/{made['auctionId']}"
    assert (await ann.http.get(path)).status_code == 404
    assert (await seller.http.get(path)).status_code == 200
    assert (await ann.http.post(f"{path}/publish")).status_code == 404
    assert (await seller.http.post(f"{path}/publish")).json()["data"]["status"] == "scheduled"
    off = await seller.http.post(f"{path}/cancel", json={"reason": "lost it"})
    assert off.status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("startingPrice", "0", "INVALID_TERMS"),
        ("startingPrice", "7,500", "INVALID_AMOUNT"),
        ("endTime", "2029-01-01T00:00:00Z", "INVALID_TERMS"),
        ("endTime", "tomorrow", "INVALID_TERMS"),
        ("incrementRule", "fixed:0", "INVALID_TERMS"),
        ("currency", "XXX", "INVALID_TERMS"),
        ("price", "1", "VALIDATION_FAILED"),
    ],
)
async def test_terms_that_make_no_sense_are_refused(
    served: Served, field: str, value: str, code: str
) -> None:
    seller = await served.visit("seller")
    item = {"title": "A watch", "startingPrice": "10.00", "startTime": "2030-01-01T00:00:00Z",
            "endTime": "2030-01-02T00:00:00Z", field: value}  # fmt: skip
    assert refusal(await seller.http.post("/api/items", json=item))[1] == code


async def test_lists_and_watches(served: Served) -> None:
    seller, ann = [await served.visit(name) for name in ("seller", "ann")]
    auction_id = await served.sale(
        seller, startTime="2050-01-01T00:00:00Z", endTime="2050-01-02T00:00:00Z"
    )
    listed = (await ann.http.get("/api/items?status=scheduled&limit=1")).json()
    assert listed["pagination"]["total"] == 1
    assert listed["data"][0]["state"]["auctionId"] == auction_id
    assert (await ann.http.put(f"/api/watchlist/{auction_id}")).status_code == 200
    watched = (await ann.http.get("/api/watchlist")).json()
    assert [each["state"]["auctionId"] for each in watched["data"]] == [auction_id]
    assert watched["pagination"]["total"] == 1
    assert (await seller.http.get("/api/watchlist")).json()["data"] == []
    assert (await ann.http.delete(f"/api/watchlist/{auction_id}")).status_code == 200
    assert (await ann.http.get("/api/watchlist")).json()["pagination"]["total"] == 0
    assert (await ann.http.get("/api/me/bids")).json()["data"] == []


async def test_sellers_list_their_own_auctions_drafts_too(served: Served) -> None:
    seller, ann = [await served.visit(name) for name in ("seller", "ann")]
    path = f"/api/items/{await served.sale(seller)}"
    item = {"title": "A draft", "startingPrice": "10.00", "startTime": "2030-01-01T00:00:00Z",
            "endTime": "2031-01-02T00:00:00Z"}  # fmt: skip
    await seller.http.post("/api/items", json=item)
    own = (await seller.http.get("/api/me/items?limit=1")).json()
    assert own["data"][0]["title"] == "A draft"
    assert own["data"][0]["state"]["status"] == "draft"
    assert (own["pagination"]["total"], own["pagination"]["hasNext"]) == (2, True)
    last = (await seller.http.get("/api/me/items?limit=1&page=2")).json()["data"]
    shown = (await seller.http.get(path)).json()["data"]
    assert last[0] | {"state": None} == shown | {"state": None}
    assert (await ann.http.get("/api/me/items")).json()["data"] == []
