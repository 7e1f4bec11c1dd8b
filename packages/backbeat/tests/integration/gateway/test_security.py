"""The points of the security checklist that concern requests and answers, each by its number."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from backbeat import Backbeat, ConfigurationError, Rate
from backbeat.app.redaction import Redactor
from backbeat.gateway.access import Loopback
from backbeat.gateway.application import API, make_gateway
from backbeat.gateway.http.bodies import BodyLimits
from backbeat.gateway.http.outermost import HEADERS
from backbeat.gateway.service.rates import Rates
from packages.backbeat.tests.support.desk import Desk, at_desk

JSON: Final = {"content-type": "application/json"}
ADD: Final = {"name": "send", "data": {"to": "ada"}}


def test_s1_a_gateway_without_an_access_policy_does_not_start() -> None:
    with pytest.raises(ConfigurationError, match="access policy"):
        make_gateway(Backbeat(), access=None)


ELSEWHERE: Final[list[dict[str, str]]] = [
    {},
    {"origin": "null"},
    {"origin": "https://evil.example.com"},
    {"origin": "http://localhost.evil.example.com"},
    {"origin": "http://localhost:81"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example.com", "sec-fetch-site": "same-origin"},
]


async def test_s3_a_write_with_a_cookie_from_another_origin_is_refused(desk: Desk) -> None:
    for headers in ELSEWHERE:
        cookie = {"cookie": "user=admin", **headers}
        refused = await desk.error("POST", "queues/mail/pause", None, headers=cookie)
        assert refused == (403, "FOREIGN_ORIGIN"), headers
    assert not (await desk.app.queue("mail").counts()).paused


@pytest.mark.parametrize(
    "headers", [{"origin": "http://localhost"}, {"sec-fetch-site": "same-origin"}]
)
async def test_s3_a_write_with_a_cookie_from_our_origin_is_taken(
    desk: Desk, headers: dict[str, str]
) -> None:
    cookie = {"cookie": "user=admin", **headers}
    assert (await desk.ask("POST", "queues/mail/pause", None, headers=cookie)).status_code == 200


async def test_s3_a_body_is_json_by_its_type_or_refused(desk: Desk) -> None:
    kinds = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "")
    for kind in kinds:
        given: dict[str, Any] = {"content": json.dumps(ADD), "headers": {"content-type": kind}}
        refused = await desk.error("POST", "queues/mail/jobs", **given)
        assert refused == (415, "UNSUPPORTED_MEDIA_TYPE"), kind


@pytest.mark.parametrize("who", ["admin", None])
async def test_s5_every_answer_has_the_headers_of_security(desk: Desk, who: str | None) -> None:
    for path in ("/health/live", f"{API}/queues", f"{API}/nowhere", "/", "/x"):
        answer = await desk.ask("GET", path, who)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "unsafe" not in answer.headers["content-security-policy"]


HTTPS: Final = "https://"
FOREIGN: Final = [
    "null", "https://evil.example.com", "https://ops.example.com.evil.example.com",
    "https://evilops.example.com", "http://ops.example.com", "https://ops.example.com:8443",
    "https://ops.example.com/", "https://OPS.example.com", "https://ops.example.com@example.org",
    f"{HTTPS}ops.example.comx", "https://xops.example.com", "file://", "https://", "*",
    "ops.example.com", "https://127.0.0.1", "https://ops.example.com%60.example.org",
    "https://localhost", "http://127.0.0.1", "chrome-extension://abc",
]  # fmt: skip


async def test_s7_only_the_origins_of_the_list_may_read(shop: Backbeat) -> None:
    async with at_desk(shop, origins=("https://ops.example.com",)) as desk:
        for origin in FOREIGN:
            answer = await desk.ask("GET", "queues", headers={"origin": origin})
            assert "access-control-allow-origin" not in answer.headers, origin
        ours = await desk.ask("GET", "queues", headers={"origin": "https://ops.example.com"})
        assert ours.headers["access-control-allow-origin"] == "https://ops.example.com"
        assert "Origin" in ours.headers["vary"]


async def test_s8_a_body_at_the_limit_is_taken_and_one_byte_more_is_not(shop: Backbeat) -> None:
    async with at_desk(shop, bodies=BodyLimits(size=1_000)) as desk:
        for size, status in ((1_000, 201), (1_001, 413)):
            text = json.dumps({"name": "send", "data": {"to": ""}})
            body = text.replace('""', f'"{"x" * (size - len(text))}"')
            assert len(body) == size
            given: dict[str, Any] = {
                "content": body,
                "headers": {"content-type": "application/json"},
            }
            assert (await desk.ask("POST", "queues/mail/jobs", **given)).status_code == status


async def test_s8_a_stream_is_cut_at_the_limit(desk: Desk) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1_048_576
            yield b" " * 1_048_576

    refused = await desk.error(
        "POST", "queues/mail/jobs", content=endless(), headers={"content-type": "application/json"}
    )
    assert refused == (413, "BODY_TOO_LARGE")
    assert sent <= 3 * 1_048_576


async def test_s8_a_body_that_does_not_come_is_not_waited_for(shop: Backbeat) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b'{"name": '
        await asyncio.Event().wait()

    async with at_desk(shop, bodies=BodyLimits(seconds=0.05)) as desk:
        refused = await desk.error("POST", "queues/mail/jobs", content=slow(), headers=JSON)
    assert refused == (400, "BAD_REQUEST")


async def test_s8_a_job_is_bounded_by_the_limit_of_payloads(desk: Desk) -> None:
    body = {"name": "send", "data": {"to": "x" * 262_144}}
    assert await desk.error("POST", "queues/mail/jobs", json=body) == (413, "PAYLOAD_TOO_LARGE")


async def test_s9_a_compressed_body_is_refused_unread(desk: Desk) -> None:
    body = gzip.compress(json.dumps(ADD).encode())
    for kind in ("gzip", "deflate", "br", "zstd", "gzip, gzip", "GZIP"):
        headers = {**JSON, "content-encoding": kind}
        refused = await desk.error("POST", "queues/mail/jobs", content=body, headers=headers)
        assert refused == (415, "UNSUPPORTED_MEDIA_TYPE"), kind


BAD: Final = [
    b"[" * 65 + b"]" * 65,
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"9" * 1_000_000,
    b'{"name": "send", "data": {"to": ' + b"9" * 10_000 + b"}}",
    b"NaN",
    b'"\xff"',
    b'"\\ud800"',
    b"{'a': 1}",
    b'{"a": 1',
    b"[1e999]",
    b'{"a": 1}{"b": 2}',
    b"[" + b"1," * 300_000 + b"1]",
]


async def test_s10_what_parsers_choke_on_is_a_bad_request(desk: Desk) -> None:
    for body in BAD:
        answer = await desk.ask("POST", "queues/mail/jobs", content=body, headers=JSON)
        assert answer.status_code == 400, body[:40]


async def test_s10_a_body_of_64_levels_is_taken(desk: Desk) -> None:
    deep: Any = 1
    for _ in range(62):
        deep = [deep]
    body = {"name": "other", "data": deep}
    assert (await desk.ask("POST", "queues/mail/jobs", json=body)).status_code == 201


async def test_s11_a_request_id_is_taken_only_where_it_is_one(desk: Desk) -> None:
    answer = await desk.ask("GET", "queues", headers={"x-request-id": "trace-7.a_b"})
    assert answer.headers["x-request-id"] == "trace-7.a_b"
    for bad in ("a b", "x" * 65, "a\tb", "<script>"):
        answer = await desk.ask("GET", "queues", headers={"x-request-id": bad})
        assert answer.headers["x-request-id"] != bad


async def test_s12_more_than_an_identity_may_is_429_with_retry_after(shop: Backbeat) -> None:
    rates = Rates(write=Rate(1, per=60, burst=2))
    async with at_desk(shop, rates=rates) as one, at_desk(shop, rates=rates) as other:
        for desk in (one, other):
            assert (await desk.ask("POST", "queues/mail/pause")).status_code == 200
        answer = await one.ask("POST", "queues/mail/pause")
        assert answer.status_code == 429
        assert answer.json()["error"]["code"] == "TOO_MANY_REQUESTS"
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert (await other.ask("POST", "queues/mail/pause", "operator")).status_code == 200
        assert (await other.ask("GET", "queues")).status_code == 200


async def test_s12_guessing_of_credentials_is_slowed_by_address(shop: Backbeat) -> None:
    rates = Rates(refused=Rate(1, per=60, burst=3))
    async with at_desk(shop, rates=rates) as desk:
        tried = [(await desk.ask("GET", "queues", f"guess{n}")).status_code for n in range(5)]
        assert tried == [401, 401, 401, 429, 429]
        assert (await desk.ask("GET", "queues", "admin")).status_code == 200


async def test_s14_who_may_not_read_data_sees_none_and_cannot_search_in_it(desk: Desk) -> None:
    await desk.app.queue("mail").add("send", {"to": "confidential"}, id="a")
    for path in ("queues/mail/jobs", "queues/mail/jobs/a", "jobs/a", "dead/mail", "schedules"):
        assert "confidential" not in (await desk.ask("GET", path, "blind")).text
    job = await desk.data("GET", "queues/mail/jobs/a", "blind")
    assert (job["readable"], job["data"], job["logs"]) == (False, None, [])
    given = {"search": "confidential"}
    assert await desk.data("GET", "queues/mail/jobs", "blind", params=given) == []
    assert await desk.error("GET", "queues/mail/logs/a", "blind") == (403, "FORBIDDEN")


async def test_s14_what_the_application_calls_secret_is_shown_to_nobody(shop: Backbeat) -> None:
    shop.redactor = Redactor(names=["to"])
    await shop.queue("mail").add("send", {"to": "ada"}, id="a")
    async with at_desk(shop) as desk:
        assert (await desk.data("GET", "queues/mail/jobs/a"))["data"] == {"to": "[redacted]"}


async def test_s28_what_nobody_expected_is_answered_with_an_id_and_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the database password is hunter2")

    monkeypatch.setattr(desk.gateway.state.front.service.queues, "list", fail)
    answer = await desk.ask("GET", "queues")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "INTERNAL"
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_s28_a_server_that_is_away_is_told_without_its_address() -> None:
    app = Backbeat("redis://:hunter2@127.0.0.1:1/0")
    gateway = make_gateway(app, access=Loopback())
    assert "hunter2" not in repr(gateway.state.front.service.app)
