"""S14: secrets go by name, by look and by declaration, and nothing else does."""

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


def test_a_field_that_only_looks_like_a_secret_is_kept_by_name() -> None:
    value = {"tokenMint": "9xQe", "token": "s3cret", "tokenMints": ["9xQe"]}
    kept = Redactor(keep=["token_mint"]).value(value)
    assert kept == {"tokenMint": "9xQe", "token": MARK, "tokenMints": MARK}


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
    for part in ("a", "bearer ", "token", "://", "eyJ", "-----BEGIN ", "password=", "=", "_", "-"):
        REDACTOR.text(part * (200_000 // len(part)))


def test_s10_deep_values_end() -> None:
    value: Any = "x"
    for _ in range(500):
        value = [value]
    assert MARK in str(REDACTOR.value(value))
