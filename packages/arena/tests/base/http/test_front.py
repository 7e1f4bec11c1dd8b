"""Who may, how much, from which pages, and what becomes of what is sent twice."""

import asyncio
from dataclasses import replace

import pytest
from fastapi import APIRouter

from arena.base.errors import Invalid
from arena.base.http.pages import Cursor
from arena.base.http.route import HouseRoute
from backbeat import Backbeat, Rate
from packages.arena.tests.base.http.shop import FREE, Shop, open_shop

ORDERS = "/api/shop/orders"
ORDER = {"itemName": "lamp"}
KEY = {"idempotency-key": "order-7"}


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        ("open", None, 200), ("open", "ada", 200), ("open", "a stranger", 401),
        ("desk", None, 401), ("desk", "ada", 403), ("desk", "eve", 200), ("desk", "sue", 200),
    ],
)  # fmt: skip
async def test_a_route_is_for_those_whom_it_names(
    shop: Shop, path: str, who: str | None, status: int
) -> None:
    answer = await shop.ask("GET", f"/api/shop/{path}", who)
    assert answer.status_code == status
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_a_route_that_does_not_say_who_may_use_it_is_none() -> None:
    router = APIRouter(route_class=HouseRoute)
    with pytest.raises(TypeError, match="who may use it"):

        @router.get("/forgotten")
        async def forgotten() -> None: ...


async def test_where_money_moves_a_key_is_needed(shop: Shop) -> None:
    assert await shop.error("POST", ORDERS, "ada", json=ORDER) == (400, "VALIDATION_FAILED")
    assert shop.orders == []


async def test_a_request_sent_again_is_answered_as_before_and_carried_out_once(shop: Shop) -> None:
    answers = await asyncio.gather(
        *(shop.ask("POST", ORDERS, "ada", json=ORDER, headers=KEY) for _ in range(8))
    )
    assert {each.status_code for each in answers} <= {201, 409}
    again = await shop.ask("POST", ORDERS, "ada", json=ORDER, headers=KEY)
    assert again.status_code == 201
    assert again.headers["idempotent-replayed"] == "true"
    assert shop.orders == ["person 1"]


async def test_a_key_is_of_one_user_and_of_one_request(shop: Shop) -> None:
    await shop.ask("POST", ORDERS, "ada", json=ORDER, headers=KEY)
    other = {"itemName": "chair"}
    assert await shop.error("POST", ORDERS, "ada", json=other, headers=KEY) == (
        409, "IDEMPOTENCY_KEY_REUSED",
    )  # fmt: skip
    assert (await shop.ask("POST", ORDERS, "bob", json=other, headers=KEY)).status_code == 201


async def test_what_was_refused_may_be_sent_again(shop: Shop) -> None:
    many = {"itemName": "lamp", "amount": 10}
    assert await shop.error("POST", ORDERS, "ada", json=many, headers=KEY) == (422, "REFUSED")
    assert await shop.error("POST", ORDERS, "ada", json=many, headers=KEY) == (422, "REFUSED")
    assert (await shop.ask("POST", ORDERS, "ada", json=ORDER, headers=KEY)).status_code == 201


async def test_the_answer_of_a_secret_route_is_never_kept(shop: Shop) -> None:
    for number in (1, 2):
        answer = await shop.ask("POST", "/api/shop/secret", headers=KEY)
        assert answer.json()["data"] == number


async def test_whoever_has_the_version_is_told_so_before_anything_is_read(shop: Shop) -> None:
    first = await shop.ask("GET", "/api/shop/shelf")
    assert first.headers["etag"] == '"v1"'
    assert first.headers["cache-control"] == "private, max-age=1"
    known = {"if-none-match": '"v1"'}
    assert (await shop.ask("GET", "/api/shop/shelf", headers=known)).status_code == 304
    assert shop.read == 1
    shop.version = 2
    second = await shop.ask("GET", "/api/shop/shelf", headers=known)
    assert (second.status_code, second.headers["etag"]) == (200, '"v2"')


async def test_an_answer_without_a_version_is_tagged_by_what_it_says(shop: Shop) -> None:
    tag = (await shop.ask("GET", "/api/shop/open")).headers["etag"]
    known = {"if-none-match": f"W/{tag}"}
    assert (await shop.ask("GET", "/api/shop/open", headers=known)).status_code == 304
    assert (await shop.ask("GET", "/api/shop/open", "ada", headers=known)).status_code == 200


@pytest.mark.parametrize(
    "text",
    ["", "x", "!!", "W10", Cursor(1), Cursor("a", 1), Cursor(1, 2), Cursor(2**63, "a"),
     Cursor(1, "a", "b"), "e30", "A" * 501, "MQ"],
)  # fmt: skip
def test_a_cursor_that_is_none_of_ours_is_refused(text: object) -> None:
    with pytest.raises(Invalid, match="cursor"):
        Cursor.read(str(text), int, str)


async def test_a_cursor_comes_back_as_it_was(shop: Shop) -> None:
    cursor = Cursor(2**62, "é|/+?")
    assert (await shop.ask("GET", f"/api/shop/after?cursor={cursor}")).json()["data"] == [
        2**62, "é|/+?",
    ]  # fmt: skip
    assert await shop.error("GET", "/api/shop/after?cursor=zz") == (400, "VALIDATION_FAILED")


async def test_visitors_are_counted_by_address_and_users_by_themselves(jobs: Backbeat) -> None:
    options = replace(FREE, visitor=Rate(2, per=900), read=Rate(3, per=900))
    async with open_shop(jobs, options) as shop:
        path = "/api/shop/open"
        assert [(await shop.ask("GET", path)).status_code for _ in range(3)] == [200, 200, 429]
        said = await shop.ask("GET", path)
        assert 1 <= int(said.headers["retry-after"]) <= 900
        assert [(await shop.ask("GET", path, "ada")).status_code for _ in range(4)] == [
            200, 200, 200, 429,
        ]  # fmt: skip
        assert (await shop.ask("GET", path, "bob")).status_code == 200


async def test_an_address_that_tries_tokens_is_stopped(jobs: Backbeat) -> None:
    async with open_shop(jobs, replace(FREE, refused=Rate(3, per=60))) as shop:
        tried = [(await shop.ask("GET", "/api/shop/open", "wrong")).status_code for _ in range(4)]
    assert tried == [401, 401, 401, 429]


async def test_a_write_by_cookie_comes_from_a_page_of_ours_or_of_one_that_is_named(
    jobs: Backbeat,
) -> None:
    async with open_shop(jobs, replace(FREE, origins=("https://shop.example.com",))) as shop:

        async def write(**headers: str) -> int:
            sent = {"cookie": "user=ada", **{k.replace("_", "-"): v for k, v in headers.items()}}
            answer = await shop.ask("POST", "/api/shop/notes", json={}, headers=sent)
            return int(answer.status_code)

        assert await write(origin="http://localhost") == 200
        assert await write(origin="https://shop.example.com") == 200
        assert await write(origin="https://shop.example.com.evil.example.org") == 403
        assert await write(origin="null") == 403
        assert await write() == 403
        assert await write(sec_fetch_site="cross-site") == 403
        assert await write(sec_fetch_site="same-origin") == 200


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://shop.example.com", True), ("https://shop.example.com:444", False),
        ("http://shop.example.com", False), ("https://shop.example.com.evil.example.org", False),
        ("https://evil-shop.example.com", False), ("null", False), ("*", False),
        ("https://SHOP.example.com", False), ("https://shop.example.com/", False),
    ],
)  # fmt: skip
async def test_cors_knows_an_exact_list(jobs: Backbeat, origin: str, allowed: bool) -> None:
    async with open_shop(jobs, replace(FREE, origins=("https://shop.example.com",))) as shop:
        answer = await shop.ask("GET", "/api/shop/open", headers={"origin": origin})
        assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
        asked = {"origin": origin, "access-control-request-method": "POST"}
        preflight = await shop.ask("OPTIONS", "/api/shop/notes", headers=asked)
        assert (preflight.status_code == 200) == allowed
