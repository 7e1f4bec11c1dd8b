"""Signing up, in and out with a password; and what ends a session."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from arena.base.db import Database
from arena.base.identity import Role
from arena.base.sessions.recognising import FRESH_S
from arena.base.settings import ArenaSettings
from backbeat import Backbeat, Rate
from packages.arena.tests.base.http.shop import FREE
from packages.arena.tests.base.sessions.door import ADA, Door, open_door
from packages.arena.tests.support.google import FakeGoogle

PASSWORD = ADA["password"]


async def test_who_signs_up_is_signed_in(door: Door) -> None:
    answer = await door.post("sign-up", ADA)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    session = answer.json()["data"]
    assert session["user"]["roles"] == ["player", "seller"]
    me = (await door.me(session["token"])).json()["data"]
    assert (me["username"], me["expiresAt"]) == ("ada", session["expiresAt"])


@pytest.mark.parametrize("login", ["ada@example.com", "ADA@EXAMPLE.COM", "ada", "Ada", " ada "])
async def test_one_signs_in_by_address_or_name_however_it_is_written(
    door: Door, login: str
) -> None:
    await door.token()
    answer = await door.post("sign-in", {"login": login, "password": PASSWORD})
    assert answer.status_code == 200
    assert (await door.me(answer.json()["data"]["token"])).status_code == 200


@pytest.mark.parametrize(
    "changed", [{}, {"username": "ADA", "email": "b@example.com"}, {"username": "bob"}]
)
async def test_an_address_and_a_name_are_taken_once(door: Door, changed: dict[str, str]) -> None:
    await door.token()
    assert await door.refused("sign-up", {**ADA, **changed}) == (409, "TAKEN")


@pytest.mark.parametrize(
    "changed",
    [
        {"password": "short"}, {"password": "x" * 129}, {"username": "a"}, {"username": "a b c"},
        {"username": "ada@home"}, {"email": "ada"}, {"email": "a b@c"}, {"email": "a@b@c"},
        {"roles": ["admin"]},
    ],
)  # fmt: skip
async def test_what_is_no_account_is_refused(door: Door, changed: dict[str, object]) -> None:
    assert await door.refused("sign-up", {**ADA, **changed}) == (400, "VALIDATION_FAILED")


async def test_a_wrong_name_and_a_wrong_password_are_answered_alike(door: Door) -> None:
    await door.token()
    wrong = [
        await door.post("sign-in", {"login": login, "password": password})
        for login, password in (("ada", "wrong"), ("nobody", PASSWORD), ("nobody", "wrong"))
    ]
    said = [each.json()["error"] for each in wrong]
    assert {each.status_code for each in wrong} == {401}
    assert {(each["code"], each["message"]) for each in said} == {
        ("WRONG_CREDENTIALS", "nobody is known by this name and this password")
    }


async def test_a_password_is_kept_as_argon2id_and_never_shown(
    door: Door, database: Database
) -> None:
    await door.token()
    async with database.reading() as session:
        kept = (await session.execute(text("SELECT password_hash FROM users"))).scalar_one()
    assert kept.startswith("$argon2id$")
    user = await door.sessions.accounts.grant("ada", frozenset({Role.PLAYER}))
    assert kept not in repr(user)


async def test_a_hash_that_has_grown_weak_is_made_anew_at_the_next_sign_in(
    door: Door, database: Database
) -> None:
    await door.token()
    stronger = type(door.sessions.accounts._passwords._hasher)(
        time_cost=2, memory_cost=16, parallelism=1
    )
    door.sessions.accounts._passwords._hasher = stronger
    assert (await door.post("sign-in", {"login": "ada", "password": PASSWORD})).status_code == 200
    async with database.reading() as session:
        kept = (await session.execute(text("SELECT password_hash FROM users"))).scalar_one()
    assert "t=2" in kept
    assert (await door.post("sign-in", {"login": "ada", "password": PASSWORD})).status_code == 200


async def test_a_browser_is_known_by_its_cookie(door: Door) -> None:
    answer = await door.post("sign-up", ADA)
    cookie = answer.headers["set-cookie"]
    for part in ("arena_session=", "HttpOnly", "SameSite=lax", "Path=/"):
        assert part in cookie
    sent = {"cookie": cookie.partition(";")[0], "origin": "http://localhost"}
    assert (await door.client.get("/api/auth/me", headers=sent)).status_code == 200
    out = await door.client.post("/api/auth/sign-out", json={}, headers=sent)
    assert 'arena_session=""' in out.headers["set-cookie"]
    assert (await door.client.get("/api/auth/me", headers=sent)).status_code == 401


async def test_who_signs_out_ends_this_session_and_no_other(door: Door) -> None:
    first = await door.token()
    again = await door.post("sign-in", {"login": "ada", "password": PASSWORD})
    second = again.json()["data"]["token"]
    assert (await door.post("sign-out", token=first)).status_code == 200
    assert (await door.me(first)).status_code == 401
    assert (await door.me(second)).status_code == 200
    assert (await door.post("sign-out-everywhere", token=second)).status_code == 200
    assert (await door.me(second)).status_code == 401


async def test_a_session_that_ends_elsewhere_is_good_for_five_seconds_more(
    door: Door, database: Database
) -> None:
    token = await door.token()
    assert (await door.me(token)).status_code == 200
    async with database.transaction() as session:
        await session.execute(text("UPDATE sessions SET ended_ms = 1"))
    door.at += FRESH_S - 0.1
    assert (await door.me(token)).status_code == 200
    door.at += 0.2
    assert (await door.me(token)).status_code == 401


async def test_what_the_house_grants_counts_for_sessions_that_are_open(door: Door) -> None:
    token = await door.token()
    bearer = {"authorization": f"Bearer {token}"}
    assert (await door.client.get("/api/vault", headers=bearer)).status_code == 403
    await door.sessions.accounts.grant("ada", frozenset({Role.ADMIN}))
    assert (await door.client.get("/api/vault", headers=bearer)).status_code == 200
    await door.sessions.accounts.grant("ada", frozenset({Role.PLAYER}))
    assert (await door.client.get("/api/vault", headers=bearer)).status_code == 403


async def test_who_is_blocked_is_out_and_stays_out(door: Door) -> None:
    token = await door.token()
    await door.sessions.accounts.block("ada")
    assert (await door.me(token)).status_code == 401
    right = {"login": "ada", "password": PASSWORD}
    assert await door.refused("sign-in", right) == (403, "BLOCKED")
    assert await door.refused("sign-in", {**right, "password": "wrong"}) == (
        401, "WRONG_CREDENTIALS",
    )  # fmt: skip
    await door.sessions.accounts.unblock("ada")
    assert (await door.post("sign-in", right)).status_code == 200


async def test_sessions_that_have_run_out_are_swept_by_the_next(
    door: Door, database: Database
) -> None:
    await door.token()
    async with database.transaction() as session:
        await session.execute(text("UPDATE sessions SET expires_ms = 1"))
    await door.post("sign-in", {"login": "ada", "password": PASSWORD})
    async with database.reading() as session:
        left = (await session.execute(text("SELECT count(*) FROM sessions"))).scalar_one()
    assert left == 1


async def test_who_tries_too_often_waits_whatever_address_they_come_from(
    settings: ArenaSettings, jobs: Backbeat, database: Database, google: FakeGoogle
) -> None:
    options = replace(FREE, attempts_at=Rate(3, per=900), attempts_from=Rate(5, per=900))
    async with open_door(settings, jobs, database, google, options) as door:

        async def attempt(login: str) -> int:
            body = {"login": login, "password": "wrong"}
            return (await door.post("sign-in", body)).status_code

        assert [await attempt("ada") for _ in range(4)] == [401, 401, 401, 429]
        assert await attempt("bob") == 401
        assert await attempt("bob") == 429
