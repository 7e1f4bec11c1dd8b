"""Sign-in with Google, verified against keys that change and may be away."""

import asyncio
import json
from typing import Any

import jwt
import pytest

from arena.base.db import Database
from arena.base.errors import Unavailable
from arena.base.sessions.google_keys import GoogleKeys
from arena.base.settings import ArenaSettings
from backbeat import Backbeat
from packages.arena.tests.base.http.shop import FREE
from packages.arena.tests.base.sessions.door import ADA, Door, open_door
from packages.arena.tests.support.google import FakeGoogle, make_signer


async def login(door: Door, token: str, who: str | None = None) -> Any:
    answer = await door.post("google-login", {"token": token}, who)
    said = answer.json()
    return said["data"] if said["success"] else (answer.status_code, said["error"]["code"])


async def test_who_comes_first_gets_an_account_and_the_same_one_again(
    door: Door, google: FakeGoogle
) -> None:
    first = await login(door, google.token())
    assert first["user"]["username"].startswith("ada_l_")
    again = await login(door, google.token(email="other@example.com", iss="accounts.google.com"))
    assert again["user"] == {**first["user"], "expiresAt": again["user"]["expiresAt"]}
    assert (await door.me(again["token"])).status_code == 200


async def test_who_comes_twice_at_once_gets_one_account(door: Door, google: FakeGoogle) -> None:
    token = google.token()
    sessions = await asyncio.gather(*(door.sessions.google.sign_in(token) for _ in range(6)))
    assert len({each.user.id for each in sessions}) == 1


def _with(google: FakeGoogle, **changed: Any) -> str:
    return google.token(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another.apps.example.com"}, {"aud": None}, {"iss": "https://accounts.example.com"},
        {"iss": None}, {"exp": 1_000_000_000}, {"exp": None}, {"iat": 4_000_000_000},
        {"email_verified": False}, {"email_verified": "true"}, {"email_verified": None},
        {"sub": ""}, {"sub": None}, {"sub": "x" * 256}, {"email": None}, {"exp": "soon"},
        {"header": {"kid": "unheard-of"}}, {"header": {"crit": ["x"], "x": 1}},
        {"header": {"x": "y" * 3_000}},
    ],
)  # fmt: skip
async def test_a_token_for_another_house_or_of_nobody_is_refused(
    door: Door, google: FakeGoogle, changed: dict[str, Any]
) -> None:
    assert await login(door, google.token(**changed)) == (401, "GOOGLE_REFUSED")


async def test_a_token_that_google_did_not_sign_is_refused(door: Door, google: FakeGoogle) -> None:
    claims = jwt.decode(google.token(), options={"verify_signature": False})
    stranger = make_signer("first")
    header = {"kid": "first"}
    forged = [
        jwt.encode(claims, stranger.private, algorithm="RS256", headers=header),
        # The public certificate taken for a shared secret, as a careless reader would.
        jwt.encode(claims, "x" * 64, algorithm="HS256", headers=header),
        jwt.encode(claims, "", algorithm="none", headers=header),
        "a.b.c", "x", "e30.e30.", google.token() + "x" * 9_000,
    ]  # fmt: skip
    for token in forged:
        assert await login(door, token) in {
            (401, "GOOGLE_REFUSED"), (400, "VALIDATION_FAILED"),
        }, token  # fmt: skip


async def test_keys_are_kept_and_a_new_one_is_fetched_when_it_is_first_seen(
    google: FakeGoogle,
) -> None:
    at = 0.0
    keys = GoogleKeys(google.address, clock=lambda: at)
    assert set(await keys.with_key("first")) == {"first"}
    assert set(await keys.with_key("first")) == {"first"}
    assert google.asked == 1
    google.rotate("second")
    at = 11.0
    assert set(await keys.with_key("second")) == {"first", "second"}
    assert google.asked == 2


async def test_a_key_that_nobody_has_does_not_make_us_ask_again_and_again(
    google: FakeGoogle,
) -> None:
    at = 0.0
    keys = GoogleKeys(google.address, clock=lambda: at)
    for number in range(20):
        await keys.with_key(f"invented-{number}")
    assert google.asked == 1
    at = 10.0
    await keys.with_key("invented")
    assert google.asked == 2


async def test_keys_grow_old_as_google_says(google: FakeGoogle) -> None:
    at = 0.0
    google.max_age = 300
    keys = GoogleKeys(google.address, clock=lambda: at)
    await keys.with_key("first")
    google.rotate("second", keep=False)
    at = 299.0
    assert set(await keys.with_key("first")) == {"first"}
    at = 301.0
    assert set(await keys.with_key("first")) == {"second"}


@pytest.mark.parametrize(
    "answer",
    [(500, b"oops"), (200, b"<html>"), (200, b"[]"), (200, b'{"first": 7}'),
     (200, json.dumps({"k": "x" * 200_000}).encode())],
)  # fmt: skip
async def test_where_google_is_away_old_keys_are_good_for_a_day(
    google: FakeGoogle, answer: tuple[int, bytes]
) -> None:
    at = 0.0
    keys = GoogleKeys(google.address, clock=lambda: at)
    await keys.with_key("first")
    google.answer = answer
    at = 3_600.0 + 86_000.0
    assert set(await keys.with_key("first")) == {"first"}
    at = 3_600.0 + 86_401.0
    with pytest.raises(Unavailable, match="Google's keys"):
        await keys.with_key("first")


async def test_where_google_was_never_seen_it_is_said_to_be_away(door: Door) -> None:
    nowhere = GoogleKeys("http://127.0.0.1:1/certs")
    with pytest.raises(Unavailable):
        await nowhere.with_key("first")
    google = FakeGoogle()
    door.sessions.google._google._keys = nowhere  # type: ignore[union-attr] # there is one
    answer = await door.post("google-login", {"token": google.token()})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


async def test_an_address_with_a_password_is_not_taken_over_but_linked_by_its_user(
    door: Door, google: FakeGoogle
) -> None:
    token = await door.token()
    assert await login(door, google.token()) == (409, "NOT_LINKED")
    linked = await login(door, google.token(), token)
    assert linked["user"]["username"] == "ada"
    assert (await login(door, google.token()))["user"]["username"] == "ada"
    bob = await door.token(**{**ADA, "email": "bob@example.com", "username": "bob"})
    assert await login(door, google.token(), bob) == (409, "TAKEN")


async def test_who_is_blocked_does_not_come_in_by_google(door: Door, google: FakeGoogle) -> None:
    session = await login(door, google.token())
    await door.sessions.accounts.block(session["user"]["username"])
    assert await login(door, google.token()) == (403, "BLOCKED")


async def test_an_account_of_google_has_no_password(door: Door, google: FakeGoogle) -> None:
    session = await login(door, google.token())
    body = {"login": session["user"]["username"], "password": "nobody"}
    assert await door.refused("sign-in", body) == (401, "WRONG_CREDENTIALS")


async def test_a_house_without_google_says_so(
    settings: ArenaSettings, jobs: Backbeat, database: Database, google: FakeGoogle
) -> None:
    without = settings.model_copy(update={"google_client_id": None})
    async with open_door(without, jobs, database, google, FREE) as door:
        assert await login(door, google.token()) == (404, "NO_GOOGLE")
