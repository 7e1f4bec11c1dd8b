"""REST of inboxes and preferences, as its owner and nobody else sees them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from packages.arena.tests.base.http.shop import PEOPLE, Shop, open_shop
from packages.arena.tests.services.notifications.stage import Stage

ADA = str(PEOPLE["ada"].user_id)


@pytest.fixture
async def shop(stage: Stage) -> AsyncIterator[Shop]:
    """A house with these routes."""
    async with open_shop(stage.app) as shop:
        shop.web.include_router(stage.notifications.routes(), prefix="/api")
        yield shop


async def ask(shop: Shop, method: str, path: str, who: str = "ada", **given: Any) -> Any:
    answer = await shop.ask(method, f"/api/notifications{path}", who, **given)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_inbox_is_read_in_pages(shop: Shop, stage: Stage) -> None:
    for number in range(5):
        await stage.outbid(f"bid-{number}", ADA)
    first = await ask(shop, "GET", "?limit=3")
    assert first["data"][0]["title"] == "Outbid on Lot 7"
    after = first["pagination"]["nextCursor"]
    second = await ask(shop, "GET", f"?limit=3&cursor={after}")
    ids = [entry["id"] for entry in [*first["data"], *second["data"]]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 5
    assert second["pagination"]["nextCursor"] is None


async def test_what_is_read_is_counted_and_is_ones_own(shop: Shop, stage: Stage) -> None:
    for number in range(3):
        await stage.outbid(f"bid-{number}", ADA)
    newest = (await ask(shop, "GET", ""))["data"][0]["id"]
    assert (await ask(shop, "POST", f"/{newest}/read", "bob"))["data"] == {"unread": 0}
    assert (await ask(shop, "GET", "/unread"))["data"] == {"unread": 3}
    assert (await ask(shop, "POST", f"/{newest}/read"))["data"] == {"unread": 2}
    assert len((await ask(shop, "GET", "?unread=true"))["data"]) == 2
    assert (await ask(shop, "POST", "/read", json={"upTo": newest}))["data"] == {"unread": 0}


async def test_wishes_are_said_and_taken_back(shop: Shop) -> None:
    assert (await ask(shop, "GET", "/preferences"))["data"] == {
        "preferences": [],
        "quietHours": None,
    }
    await ask(shop, "PUT", "/preferences", json={"channel": "email", "wanted": False})
    quiet = {"zone": "Asia/Kolkata", "start": 1_320, "end": 420}
    said = await ask(shop, "PUT", "/quiet-hours", json=quiet)
    assert said["data"] == {
        "preferences": [{"kind": "*", "channel": "email", "wanted": False}],
        "quietHours": quiet,
    }
    await ask(shop, "PUT", "/preferences", json={"channel": "email", "wanted": None})
    assert (await ask(shop, "DELETE", "/quiet-hours"))["data"]["quietHours"] is None


@pytest.mark.parametrize(
    ("method", "path", "given", "expected"),
    [
        ("GET", "?cursor=nonsense", {}, (400, "VALIDATION_FAILED")),
        ("GET", "?limit=101", {}, (400, "VALIDATION_FAILED")),
        ("POST", "/0/read", {}, (400, "VALIDATION_FAILED")),
        ("PUT", "/preferences", {"json": {"channel": "fax", "wanted": True}},
         (404, "UNKNOWN_CHANNEL")),
        ("PUT", "/preferences", {"json": {"kind": "spam", "wanted": True}}, (404, "UNKNOWN_KIND")),
        ("PUT", "/preferences", {"json": {"wanted": "yes"}}, (400, "VALIDATION_FAILED")),
        ("PUT", "/quiet-hours", {"json": {"zone": "X/Y", "start": 1, "end": 2}},
         (400, "VALIDATION_FAILED")),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused(
    shop: Shop, method: str, path: str, given: dict[str, Any], expected: tuple[int, str]
) -> None:
    answered = await shop.error(method, f"/api/notifications{path}", "ada", **given)
    assert answered == expected


async def test_nobody_has_no_inbox(shop: Shop) -> None:
    assert await shop.error("GET", "/api/notifications") == (401, "UNAUTHENTICATED")
