"""S14: secrets go by name, by look and by declaration, and nothing else does."""

import random
import string
from typing import Any

import pytest

from backbeat.app.redaction import MARK, Redactor

HTTPS = "https://"
REDACTOR = Redactor(names=["iban"], patterns=[r"\bcust-\d{6}\b"], fields=["customer.phone"])


@pytest.mark.parametrize(
    "name",
    ["password", "Password", "user_password", "apiKey", "api-key", "X-API-Key", "accessToken",
     "client_secret", "Authorization", "set-cookie", "private_key", "IBAN", "sessionId"],
)  # fmt: skip
def test_a_field_goes_by_its_name_whatever_it_holds(name: str) -> None:
    for value in ("x", 7, ["x"], {"a": "x"}):
        assert REDACTOR.value({"a": [{name: value}]}) == {"a": [{name: MARK}]}


@pytest.mark.parametrize(
    "text",
    [
        "Bearer abc.def-ghi", "token=s3cret", 'password: "hunter2"', f"{HTTPS}ada:hunter2@host/x",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", "AKIAABCDEFGHIJKLMNOP",
        f"bb_{'a' * 12}_{'b' * 43}", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", "cust-123456",
    ],
)  # fmt: skip
def test_a_part_of_a_text_goes_by_its_look(text: str) -> None:
    seen = REDACTOR.text(f"before {text} after")
    assert MARK in seen
    assert seen.startswith("before ")
    for secret in ("abc.def", "s3cret", "hunter2", "c2ln", "AKIA", "bbbb", "MIIE", "123456"):
        assert secret not in seen


def test_a_declared_field_goes_by_its_path() -> None:
    value = {"customer": [{"phone": 1, "name": "Ada"}], "phone": 2}
    assert REDACTOR.value(value) == {"customer": [{"phone": MARK, "name": "Ada"}], "phone": 2}


@pytest.mark.parametrize(
    "name",
    ["tokenMint", "tokenAddress", "token_mint", "tokenMints", "TOKEN_SYMBOL", "tokenId",
     "maxTokensOf", "secretary", "authority", "keyboard", "apiVersion", "passage", "tokenizer",
     "accessLevel"],
)  # fmt: skip
def test_a_field_is_judged_by_the_words_of_its_name(name: str) -> None:
    assert REDACTOR.value({name: "9xQe"}) == {name: "9xQe"}


@pytest.mark.parametrize(
    "name",
    ["accessToken", "authToken", "api_key", "token", "refresh-token", "ACCESS_TOKEN", "accesstoken",
     "tokenValue", "token2", "accessTokens", "secrets", "tokenSecret", "APIKeys", "passwordHash",
     "sessionid", "customerIBAN", "X-Auth-Token"],
)  # fmt: skip
def test_a_secret_is_known_however_its_name_is_written(name: str) -> None:
    assert REDACTOR.value({name: "s3cret"}) == {name: MARK}


def test_how_many_tokens_there_are_is_no_secret() -> None:
    value = {"totalTokens": 4096, "tokens": ["s3cret"], "pinToken": 7}
    assert REDACTOR.value(value) == {"totalTokens": 4096, "tokens": MARK, "pinToken": MARK}


def test_a_field_that_only_looks_like_a_secret_is_kept_by_name() -> None:
    kept = Redactor(keep=["next_token"]).value({"nextToken": "p2", "token": "s3cret"})
    assert kept == {"nextToken": "p2", "token": MARK}


def test_what_was_taken_out_of_a_text_is_named() -> None:
    assert REDACTOR.text("password=hunter2 is wrong") == f"password={MARK} is wrong"
    assert REDACTOR.text(REDACTOR.text("token: abc; next")) == f"token: {MARK}; next"
    assert REDACTOR.text("Basic YWRhOmh1bnRlcjI= sent") == f"{MARK} sent"


@pytest.mark.parametrize(
    "text",
    ["ValueError: wallet 9xQe of queue tokens-sync is not there", "a basic understanding of it",
     "Basic authentication is off", "tokenMint=9xQe is unknown"],
)  # fmt: skip
def test_words_that_are_no_secret_stay(text: str) -> None:
    assert REDACTOR.text(text) == text


def test_what_is_told_to_a_pager_is_bounded() -> None:
    bounded = Redactor(longest=8_192, most=100)
    assert len(bounded.text("x" * 10**6)) == 8_192
    assert len(bounded.value(["x"] * 10**4)) == 100
    assert len(bounded.value({str(n): n for n in range(10**4)})) == 100
    assert "hunter2" not in bounded.text("x" * 8_180 + " password=hunter2")


@pytest.mark.parametrize(
    "form",
    ["connect redis://user:{}@host:6379/0 failed", "https://:{}@example.org/",
     "Authorization: Bearer {}", "header 'authorization': 'Basic {}'", "password={}",
     "PASSWORD = '{}'", '{{"api_key": "{}"}}', "token: {}; next", "?access_token={}&x=1",
     "the key sk-{} was refused", "eyJ{}.payload.signature"],
)  # fmt: skip
def test_a_thousand_secrets_of_each_form_are_taken_out(form: str) -> None:
    chance = random.Random(form)
    for _ in range(1_000):
        secret = "".join(chance.choices(string.ascii_letters + string.digits, k=24))
        told = REDACTOR.text(form.format(secret))
        assert secret not in told
        assert MARK in told


@pytest.mark.parametrize(
    "value", [{"to": "ada", "n": 7, "ok": True, "none": None, "list": [1.5, "x"]}, "text", 7, None]
)
def test_everything_else_stays(value: Any) -> None:
    assert REDACTOR.value(value) == value


def test_what_was_taken_out_comes_back_where_the_mark_was_left() -> None:
    kept = {"to": "ada", "password": "hunter2", "list": [{"token": "t"}], "url": f"{HTTPS}a:b@host"}
    seen = REDACTOR.value(kept)
    seen["to"] = "bob"
    assert REDACTOR.restore(seen, kept) == {**kept, "to": "bob"}
    with pytest.raises(ValueError, match="whole value"):
        REDACTOR.restore({"url": f"https://{MARK}@other"}, kept)
    with pytest.raises(ValueError, match="nothing was taken out"):
        REDACTOR.restore({"new": MARK}, kept)


def test_s10_no_pattern_goes_back_and_forth_over_a_text() -> None:
    """One that does would not end within the time that a test has."""
    for part in (
        "a",
        "bearer ",
        "token",
        "://",
        "eyJ",
        "-----BEGIN ",
        "password=",
        "=",
        "_",
        "-",
        "basic ",
        "sk_live_",
        "xoxb-",
        "cookie:",
    ):
        REDACTOR.text(part * (200_000 // len(part)))


def test_s10_deep_values_end() -> None:
    value: Any = "x"
    for _ in range(500):
        value = [value]
    assert MARK in str(REDACTOR.value(value))
