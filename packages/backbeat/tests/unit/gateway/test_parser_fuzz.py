"""S10: whatever comes is taken or refused by name, at any size that is let through.

Nothing here is timed: what goes back and forth over its text would not end within a test's time.
"""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any, Final

import pytest
from starlette.requests import HTTPConnection

from backbeat.app.redaction import Redactor
from backbeat.engine.calls.cursors import checked_entries_cursor, checked_jobs_cursor
from backbeat.engine.paging import read_cursor
from backbeat.errors import BackbeatError
from backbeat.gateway.access import Credentials, JobTokens, Loopback, TokenAccess, TokenKey
from backbeat.gateway.credentials import read_credentials
from backbeat.gateway.http.bodies import BodyLimits, check_json
from backbeat.gateway.http.request_ids import request_id
from backbeat.gateway.live.request import read_job_request, read_queue_request
from backbeat.gateway.live.ring import Ring
from backbeat.gateway.origins import Origins
from backbeat.gateway.service.rate_gates import network
from packages.backbeat.tests.support.fault_report import LONG

ROUNDS: Final = 100_000 if LONG else 4_000
SECRET: Final = "a secret of thirty-two bytes or more"  # noqa: S105 - of this test alone
HTTPS: Final = "https://"
GOOD: Final = [
    '{"name": "send", "data": {"to": ["a", 1.5, null, true]}, "id": "a:b"}',
    "z|1700000000000|a:b", "3|g|1|acme|a", "1700000000000-7", "Bearer bb_aaaaaaaaaaaa_x", "1-1/7",
    JobTokens(SECRET).issue("work", "a"), "https://shop.example.com:8443", "10.0.0.1",
    "::ffff:1.2.3.4", "password=hunter2", f"{HTTPS}a:b@host/", "-----BEGIN PRIVATE KEY-----",
    "[[[[1,2],[3]]]]",
]  # fmt: skip
BITS: Final = [
    "", "\0", "\r\n", "\x1b[31m", "\u2028", "\u202e", "é", "\ud800", "|", ".", "..", "%00",
    "'", '"', "\\", "{", "[", "-", "e999", "9" * 400, "eyJ", "=", "/", "://", "@", ":", "*", "0x",
    "NaN", " " * 50, "a" * 500,
]  # fmt: skip


def mutated(rng: random.Random) -> str:
    """Something like what is expected, a few times broken, now and then long."""
    text = rng.choice(GOOD)
    for _ in range(rng.randint(0, 5)):
        at, bit = rng.randint(0, len(text)), rng.choice(BITS)
        text = rng.choice(
            [text[:at] + bit + text[at:], text[:at], text[at:], text + text, text.replace("a", bit)]
        )[:20_000]
    return text


def headers(text: str) -> HTTPConnection:
    """A connection with that text in every header that is looked at."""
    value = text.encode("utf-8", "replace")[:8_000]
    names = (b"authorization", b"origin", b"cookie", b"host", b"x-request-id", b"if-none-match")
    return HTTPConnection(
        {
            "type": "http", "headers": [(name, value) for name in names], "scheme": "http",
            "path": "/", "query_string": value, "client": (text, 1), "server": ("localhost", 80),
        }
    )  # fmt: skip


ORIGINS: Final = Origins(["https://shop.example.com"])
TOKENS: Final = TokenAccess({"a": TokenKey(SECRET, "HS256")}, issuer="i", audience="a")
REDACTOR: Final = Redactor(patterns=[r"cust-\d{6}"], fields=["a.b"])


def as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def recognised(text: str) -> None:
    given = Credentials(bearer=text, headers={"host": text}, client=text)
    for policy in (JobTokens(SECRET), TOKENS, Loopback()):
        asyncio.run(policy.recognise(given))


PARSERS: Final[dict[str, Callable[[str], object]]] = {
    "body": lambda text: check_json(text.encode("utf-8", "replace"), BodyLimits()),
    "jobs cursor": checked_jobs_cursor,
    "entries cursor": checked_entries_cursor,
    "cursor of partitions": lambda text: read_cursor(text, 4),
    "job request": lambda text: read_job_request(as_json(text)),
    "queue request": lambda text: read_queue_request(as_json(text)),
    "sequence": lambda text: Ring().find(text),
    "origin": lambda text: (ORIGINS.allows(headers(text)), ORIGINS.headers(headers(text))),
    "origins": lambda text: Origins([text]),
    "credentials": lambda text: read_credentials(headers(text), text),
    "request id": lambda text: request_id(headers(text).scope),
    "address": network,
    "redaction": lambda text: REDACTOR.value({text: as_json(text)}),
    "recognise": recognised,
}


def refusal(name: str, text: str) -> str | None:
    """Why a parser does not take a text; None where it does."""
    try:
        PARSERS[name](text)
    except BackbeatError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", PARSERS)
def test_s10_whatever_comes_is_taken_or_refused_by_name(name: str) -> None:
    rng = random.Random(name)
    taken = 0
    for n in range(ROUNDS // (10 if name == "recognise" else 1)):
        text = mutated(rng)
        why = refusal(name, text)
        assert len(why or "") < 1_000, (n, text)
        taken += why is None
    assert taken > 0


@pytest.mark.parametrize("name", [each for each in PARSERS if each != "recognise"])
def test_s10_the_longest_texts_end(name: str) -> None:
    for bit in [*BITS[1:], "bearer ", "token", "password=", "[{", '{"a":', "a|", "1-", "a-", "_"]:
        assert len(refusal(name, bit * (262_144 // len(bit))) or "") < 1_000
