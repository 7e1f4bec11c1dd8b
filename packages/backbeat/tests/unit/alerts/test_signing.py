"""Signatures of webhooks: what was changed, is old, or is of another key, is refused."""

import pytest

from backbeat.alerts import sign, verify

KEY, OLD = "a secret of the pager", "the secret before it"
BODY = b'{"kind":"JOB_FAILURE"}'
NOW = 1_767_225_600


def test_what_was_signed_is_accepted() -> None:
    assert verify(BODY, sign(BODY, [KEY], NOW), [KEY], now=NOW)


def test_while_a_key_is_replaced_either_is_accepted() -> None:
    header = sign(BODY, [KEY, OLD], NOW)
    assert verify(BODY, header, [OLD], now=NOW)
    assert verify(BODY, header, [KEY], now=NOW)
    assert verify(BODY, sign(BODY, [OLD], NOW), [KEY, OLD], now=NOW)


@pytest.mark.parametrize("late", [-301, 301, 86_400])
def test_another_time_is_refused(late: int) -> None:
    assert not verify(BODY, sign(BODY, [KEY], NOW), [KEY], now=NOW + late)
    assert verify(BODY, sign(BODY, [KEY], NOW), [KEY], now=NOW + 299)


def test_the_time_is_signed_too() -> None:
    header = sign(BODY, [KEY], NOW).replace(str(NOW), str(NOW + 600))
    assert not verify(BODY, header, [KEY], now=NOW + 600)


@pytest.mark.parametrize(
    "header",
    ["", "t=", "v1=0", "t=x,v1=0", f"t={NOW}", f"t={NOW},v1=", "t=\u0663,v1=0", "t=" + "9" * 999],
)  # fmt: skip
def test_what_is_no_signature_is_refused(header: str) -> None:
    assert not verify(BODY, header, [KEY], now=NOW)


def test_another_key_or_body_is_refused() -> None:
    header = sign(BODY, [KEY], NOW)
    assert not verify(BODY, header, ["another secret of 16"], now=NOW)
    assert not verify(BODY + b" ", header, [KEY], now=NOW)


def test_the_signature_is_that_of_the_standard() -> None:
    # As `openssl dgst -sha256 -hmac key` gives it for "0.body".
    signed = "e0af04d5c83b24373ff89f540d0c8fd9a4e097e2b3ee8318ab5541047697626d"
    assert sign(b"body", ["key"], 0) == f"t=0,v1={signed}"
