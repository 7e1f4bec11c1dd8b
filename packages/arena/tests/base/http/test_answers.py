"""Every answer has one form, and what nobody should read is not in it."""

import json
import logging
from dataclasses import replace

import pytest

from backbeat import Backbeat
from packages.arena.tests.base.http.shop import FREE, Shop, open_shop

ORDER = {"itemName": "lamp"}


def key(name: str) -> dict[str, str]:
    return {"idempotency-key": name}


async def test_json_is_camel_case_at_the_edge(shop: Shop) -> None:
    answer = await shop.ask("POST", "/api/shop/orders", "ada", json=ORDER, headers=key("1"))
    assert answer.status_code == 201
    assert answer.json() == {"success": True, "data": {"itemName": "lamp", "orderNumber": 1}}


async def test_what_does_not_fit_is_said_with_its_place_and_not_repeated(shop: Shop) -> None:
    wrong = {"itemName": 7, "amount": "many", "password": "hunter2"}
    answer = await shop.ask("POST", "/api/shop/orders", "ada", json=wrong, headers=key("1"))
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "VALIDATION_FAILED"
    where = {each["where"] for each in error["details"]}
    assert where == {"body.itemName", "body.amount", "body.password"}
    assert "hunter2" not in answer.text


async def test_a_rule_that_says_no_is_answered_with_its_details(shop: Shop) -> None:
    many = {"itemName": "lamp", "amount": 10}
    answer = await shop.ask("POST", "/api/shop/orders", "ada", json=many, headers=key("1"))
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["code"], error["details"]) == ("REFUSED", {"most": 9})


async def test_who_comes_too_often_is_told_when_to_come_again(shop: Shop) -> None:
    answer = await shop.ask("GET", "/api/shop/busy")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "3"


@pytest.mark.parametrize("path", ["broken", "unforeseen"])
async def test_what_nobody_expected_is_in_the_log_and_not_in_the_answer(
    shop: Shop, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await shop.ask("GET", f"/api/shop/{path}", headers={"x-request-id": "r-7"})
    assert answer.status_code == 500
    assert answer.json()["error"]["requestId"] == "r-7"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "r-7" in caplog.text
    assert "the secret of the" in caplog.text


async def test_an_address_with_nothing_at_it_is_answered_in_the_same_form(shop: Shop) -> None:
    assert await shop.error("GET", "/api/nothing") == (404, "NOT_FOUND")
    assert await shop.error("PUT", "/api/shop/orders") == (405, "METHOD_NOT_ALLOWED")


async def test_every_answer_has_the_headers_of_security(shop: Shop) -> None:
    for path in ("/api/shop/open", "/api/nothing", "/api/shop/broken", "/health/live"):
        headers = (await shop.ask("GET", path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "script-src 'self'" in headers["content-security-policy"]


async def test_a_body_is_bounded_in_size_and_depth_and_is_json(shop: Shop) -> None:
    small = replace(FREE, bodies=replace(FREE.bodies, size=1_000, depth=8))
    async with open_shop(shop.web.state.jobs, small) as bounded:
        json_type = {"content-type": "application/json"}

        async def refused(body: bytes, headers: dict[str, str]) -> object:
            return await bounded.error("POST", "/api/shop/notes", content=body, headers=headers)

        deep = b'{"a":' + b"[" * 8 + b"]" * 8 + b"}"
        assert await refused(deep, json_type) == (400, "BAD_REQUEST")
        assert await refused(b'{"a":"' + b"x" * 1_000 + b'"}', json_type) == (413, "BODY_TOO_LARGE")
        assert await refused(b"a=1", {"content-type": "text/plain"}) == (
            415, "UNSUPPORTED_MEDIA_TYPE",
        )  # fmt: skip
        fits = b'{"a":' + b"[" * 7 + b"]" * 7 + b"}"
        assert (
            await bounded.ask("POST", "/api/shop/notes", content=fits, headers=json_type)
        ).status_code == 200


async def test_a_request_that_takes_too_long_ends(jobs: Backbeat) -> None:
    async with open_shop(jobs, replace(FREE, seconds=0.01)) as shop:
        answer = await shop.ask("GET", "/api/shop/stuck")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["retry-after"] == "1"


async def test_numbered_pages_say_where_they_are(shop: Shop) -> None:
    first = (await shop.ask("GET", "/api/shop/items")).json()
    assert first["data"] == [0, 1]
    assert first["pagination"] == {
        "page": 1, "limit": 2, "total": 5, "totalPages": 3, "hasNext": True, "hasPrev": False,
    }  # fmt: skip
    last = (await shop.ask("GET", "/api/shop/items?page=3")).json()
    assert last["data"] == [4]
    assert (last["pagination"]["hasNext"], last["pagination"]["hasPrev"]) == (False, True)
    for wrong in ("page=0", "page=-1", "limit=0", "limit=6", "limit=1000000000", "page=x"):
        assert await shop.error("GET", f"/api/shop/items?{wrong}") == (400, "VALIDATION_FAILED")


async def test_a_page_of_nothing_is_the_only_one(shop: Shop) -> None:
    from arena.base.http.pages import NumberedPage

    pages = NumberedPage(1, 10).of(0)
    assert (pages.total_pages, pages.has_next, pages.has_prev) == (0, False, False)


async def test_the_document_names_a_permission_for_every_route(shop: Shop) -> None:
    document = (await shop.ask("GET", "/api/openapi.json")).json()
    named = {
        f"{method} {path}": operation.get("x-permission")
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    silent = {what for what, who in named.items() if who is None}
    assert silent == {"get /health", "get /health/live", "get /health/ready"}
    assert json.dumps(document)
