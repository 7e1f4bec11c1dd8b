"""The way in and out for people with a browser, as forms and cookies."""

from collections.abc import AsyncIterator

import httpx
import pytest

from arena.base.http.options import HttpOptions
from arena.bootstrap.opening import declare
from arena.bootstrap.web import build_web
from arena.house import House
from backbeat import Rate

OURS = {"origin": "http://localhost"}
SOMEBODY = {"email": "ada@example.com", "username": "ada", "password": "correct horse"}
FREE = HttpOptions(visitor=None, read=None, write=None, attempts_from=None)


@pytest.fixture
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a browser."""
    web = build_web(declare(house, []), options=FREE)
    transport = httpx.ASGITransport(web, client=("127.0.0.1", 4711))
    base = "http://localhost/house"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=OURS) as client:
        yield client


async def known(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("http://localhost/api/auth/me")).status_code == 200


async def test_people_sign_up_out_and_in_by_forms(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/sign-up", data={**SOMEBODY, "next": "/auctions/a-1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/house/auctions/a-1")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert await known(browser)
    token = browser.cookies["arena_session"]
    out = await browser.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/house/")
    browser.cookies.set("arena_session", token, domain="localhost.local")
    assert not await known(browser)
    wrong = await browser.post("/sign-in", data={"login": "ada", "password": "wrong horse"})
    assert wrong.status_code == 401
    assert 'role="alert"' in wrong.text
    assert "set-cookie" not in wrong.headers
    right = await browser.post("/sign-in", data={"login": "ada", "password": "correct horse"})
    assert right.headers["location"] == "/house/"
    assert await known(browser)


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/sign-out"])
@pytest.mark.parametrize("origin", ["https://evil.example.com", "null"])
async def test_a_form_of_another_site_changes_nothing(
    browser: httpx.AsyncClient, path: str, origin: str
) -> None:
    await browser.post("/sign-up", data=SOMEBODY)
    form = {
        "login": "ada",
        "username": "eve",
        "email": "e@example.com",
        "password": "correct horse",
    }
    answer = await browser.post(path, data=form, headers={"origin": origin})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert await known(browser)


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example.com", "https://evil.example.com", "/\\evil.example.com", "javascript:zap()",
        "/a//b", "/a?x=<script>", "evil", "/\n/evil", "/" + "a" * 600, "/%0d%0a/<b>",
    ],
)  # fmt: skip
async def test_nobody_is_sent_to_another_place_after_signing_in(
    browser: httpx.AsyncClient, place: str
) -> None:
    shown = await browser.get("/sign-in", params={"next": place})
    assert 'name="next" value="/"' in shown.text
    answer = await browser.post("/sign-up", data={**SOMEBODY, "next": place})
    assert answer.headers["location"] == "/house/"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"email": "none"}, "The e-mail address is none."),
        ({"username": "a b"}, "3 to 30 letters"),
        ({"password": "short"}, "10 to 128 characters"),
    ],
)
async def test_what_does_not_fit_is_said_and_what_was_written_stays(
    browser: httpx.AsyncClient, form: dict[str, str], words: str
) -> None:
    answer = await browser.post("/sign-up", data={**SOMEBODY, **form})
    assert answer.status_code == 400
    assert words in answer.text
    assert f'value="{form.get("username", "ada")}"' in answer.text
    assert SOMEBODY["password"] not in answer.text


async def test_who_has_the_name_is_not_told_and_markup_is_text(browser: httpx.AsyncClient) -> None:
    await browser.post("/sign-up", data=SOMEBODY)
    taken = await browser.post("/sign-up", data=SOMEBODY)
    assert (taken.status_code, "is taken" in taken.text) == (409, True)
    shown = await browser.post(
        "/sign-in", data={"login": '"><script>zap()</script>', "password": "x"}
    )
    assert "<script" not in shown.text
    assert "script-src 'none'" in shown.headers["content-security-policy"]


async def test_attempts_at_one_account_are_counted_with_those_over_rest(house: House) -> None:
    options = HttpOptions(visitor=None, attempts_from=None, attempts_at=Rate(3, per=900))
    web = build_web(declare(house, []), options=options)
    transport = httpx.ASGITransport(web, client=("127.0.0.1", 4711))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=OURS
    ) as client:
        body = {"login": "ada", "password": "wrong horse"}
        for _ in range(2):
            assert (await client.post("/api/auth/sign-in", json=body)).status_code == 401
        answers = [await client.post("/house/sign-in", data=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [401, 429]


@pytest.mark.parametrize("body", [b"login=" + b"x" * 9_000, b"&".join([b"a=b"] * 50)])
async def test_a_form_that_is_too_large_is_not_read(
    browser: httpx.AsyncClient, body: bytes
) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await browser.post("/sign-in", content=body, headers=headers)
    assert answer.status_code == 400
    assert "than is taken" in answer.text or "than are taken" in answer.text


async def test_the_first_page_of_the_house_is_that_of_people(browser: httpx.AsyncClient) -> None:
    for path in ("http://localhost/", "http://localhost/house"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (307, "/house/")
