"""Secrets do not leave with an alert, whatever field they are in."""

import random
import string

import pytest

from backbeat.alerts.redaction import MASK, redact, redact_text

FORMS = [
    "connect redis://user:{}@host:6379/0 failed",
    "https://:{}@example.org/",
    "Authorization: Bearer {}",
    "header 'authorization': 'Basic {}'",
    "password={}",
    "PASSWORD = '{}'",
    '{{"api_key": "{}"}}',
    "token: {}; next",
    "?access_token={}&x=1",
    "the key sk-{} was refused",
    "eyJ{}.payload.signature",
]


@pytest.mark.parametrize("form", FORMS)
def test_a_thousand_secrets_of_each_form_are_masked(form: str) -> None:
    chance = random.Random(form)
    for _ in range(1_000):
        secret = "".join(chance.choices(string.ascii_letters + string.digits, k=24))
        told = redact_text(form.format(secret))
        assert secret not in told
        assert MASK in told


def test_fields_are_masked_by_their_names_at_any_depth() -> None:
    told = redact({"queue": "mails", "job": [{"apiKey": "abc", "Password": {"old": "x"}}]})
    assert told == {"queue": "mails", "job": [{"apiKey": MASK, "Password": MASK}]}


def test_what_is_no_secret_stays() -> None:
    words = "ValueError: wallet 9xQe of queue tokens-sync is not there (attempt 3)"
    assert redact_text(words) == words


def test_text_and_lists_are_bounded() -> None:
    assert len(redact_text("x" * 10**6)) == 8_192
    assert len(redact(["x"] * 10**4)) == 100
    deep: list[object] = []
    for _ in range(100):
        deep = [deep]
    assert MASK in str(redact(deep))
