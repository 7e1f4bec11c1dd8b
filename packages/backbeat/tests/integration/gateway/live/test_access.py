"""Who may follow what: at the beginning, at each subscription, and for as long as it lasts."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aiohttp
import httpx
import jwt
import pytest
import socketio

from backbeat import Backbeat, ConfigurationError, InvalidOption, Queue
from backbeat.gateway.access import JobTokens, Principal
from backbeat.gateway.application import make_gateway
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.live import LiveLimits
from packages.backbeat.tests.support.gateway import READ, SECRET, VIEW, Gateway, Keys, gateway
from packages.backbeat.tests.support.tiny_worker import TinyWorker

SHOP = "https://shop.example.com"


@pytest.fixture
async def strict(app: Backbeat) -> AsyncIterator[Gateway]:
    """A gateway that looks at grants all the time and takes little."""
    limits = LiveLimits(
        recheck_s=0.02, connect_s=0.05, subscriptions=2, requests=20, request_bytes=1_024
    )
    async with gateway(app, limits=limits, origins=(SHOP,)) as served:
        yield served


async def test_who_is_unknown_is_not_connected(served: Gateway) -> None:
    for key in ("nobody", ""):
        with pytest.raises(socketio.exceptions.ConnectionError, match="failed to connect"):
            async with served.client(key):
                pass


async def test_a_key_may_come_in_a_header(served: Gateway) -> None:
    async with served.client("", authorization="Bearer reader") as client:
        await client.next("connected")


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("subscribe-to-queue", "work"),
        ("subscribe-to-queue", "nowhere"),
        ("subscribe-to-job", {"queue": "work", "jobId": "a"}),
        ("unsubscribe-from-queue", "work"),
    ],
)
async def test_a_queue_that_is_not_granted_cannot_be_told_from_one_that_is_not_there(
    served: Gateway, event: str, data: object
) -> None:
    async with served.client("elsewhere") as client:
        answer = await client.ask(event, data)
        assert answer["error"]["code"] == "FORBIDDEN"
        assert (await client.follow("other"))["queue"] == "other"


async def test_a_job_of_a_queue_that_is_not_granted_is_not_found_by_its_id(
    served: Gateway, queue: Queue
) -> None:
    handle = await queue.add("do", {})
    served.keys.principals["few"] = Principal("few", VIEW, queues=frozenset({"other", "silent"}))
    async with served.client("few") as client:
        answer = await client.ask("subscribe-to-job", handle.id)
        assert answer["error"]["code"] == "JOB_NOT_FOUND"


async def test_without_the_grant_to_read_data_no_data_is_told(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    good, bad, off = [await queue.add("do", {}) for _ in range(3)]
    async with served.client("viewer") as client:
        await client.follow("work")
        await client.next("queue-snapshot")
        worker.claim(2)
        worker.report(good.id, {"value": "secret", "message": "secret"})
        worker.complete(good.id, result="secret")
        worker.fail(bad.id, message="secret")
        await off.cancel("secret")
        progress = await client.next("job-progress")
        assert (progress["progress"], progress["details"]) == (None, None)
        assert (await client.next("job-completed"))["result"] is None
        assert (await client.next("job-failed"))["error"] == "ValueError"
        assert (await client.next("job-cancelled"))["reason"] is None
        assert "secret" not in json.dumps(client.heard)


async def test_who_loses_the_grant_is_disconnected(strict: Gateway) -> None:
    async with strict.client() as client, strict.stream("work") as stream:
        await client.follow("work")
        await stream.next()
        del strict.keys.principals["reader"]
        assert await client.wait_for_disconnect()
        await stream.end()


async def test_whose_grant_runs_out_is_disconnected(strict: Gateway) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=0.2)
    strict.keys.principals["short"] = Principal("short", READ, expires_at=ends)
    async with strict.client("short") as client:
        assert await client.wait_for_disconnect()
        assert datetime.now(UTC) >= ends
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with strict.client("short"):
            pass


async def test_who_may_no_longer_follow_a_queue_hears_no_more_of_it(
    strict: Gateway, app: Backbeat, queue: Queue
) -> None:
    async with strict.client() as client:
        for name in ("work", "other"):
            await client.follow(name)
            await client.next("queue-snapshot")
        reader = strict.keys.principals["reader"]
        strict.keys.principals["reader"] = replace(reader, queues=frozenset({"other"}))
        await strict.keys.asked_again()
        await queue.add("do", {}, id="hidden")
        await app.queue("other").add("do", {}, id="shown")
        assert (await client.next("job-waiting"))["jobId"] == "shown"


async def test_who_may_no_longer_read_data_gets_none(
    strict: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    handle = await queue.add("do", {})
    async with strict.client() as client:
        await client.follow("work", handle.id)
        await client.next("job-waiting")
        strict.keys.principals["reader"] = Principal("reader", VIEW)
        await strict.keys.asked_again()
        worker.complete(*worker.claim(), result="secret")
        assert (await client.next("job-completed"))["result"] is None


async def test_a_policy_that_fails_lets_nobody_in_and_those_stay_who_are_there(
    strict: Gateway, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with strict.client() as client:
        await client.follow("work")
        await client.next("queue-snapshot")
        asked = asyncio.Event()

        async def fail(*_: object) -> None:
            asked.set()
            raise RuntimeError("the database is away")

        monkeypatch.setattr(strict.keys, "recognise", fail)
        with pytest.raises(socketio.exceptions.ConnectionError):
            async with strict.client():
                pass
        asked.clear()
        await asked.wait()
        await queue.add("do", {}, id="a")
        assert (await client.next("job-waiting"))["jobId"] == "a"


async def test_a_token_is_good_for_one_job_and_nothing_else(
    served: Gateway, queue: Queue, worker: TinyWorker
) -> None:
    mine, other = await queue.add("do", {}), await queue.add("do", {})
    token = served.live.token_for(mine)
    async with served.client(token) as client:
        await client.follow("work", mine.id)
        for event, data in [
            ("subscribe-to-job", {"queue": "work", "jobId": other.id}),
            ("subscribe-to-job", {"queue": "other", "jobId": mine.id}),
            ("subscribe-to-queue", "work"),
        ]:
            assert (await client.ask(event, data))["error"]["code"] == "FORBIDDEN"
        worker.claim(2)
        worker.complete(other.id, mine.id, result="mine")
        assert (await client.next("job-completed"))["jobId"] == mine.id
    assert served.keys.asked == 0
    async with served.stream(f"work/{mine.id}?token={token}", key=None) as stream:
        assert (await stream.next())[1]["result"] == "mine"
    async with served.stream(f"work/{other.id}?token={token}", key=None) as stream:
        assert stream.response.status_code == 403


def forged(**changes: object) -> str:
    """A token for job "a" that is good but for some claims."""
    claims = {
        "aud": "backbeat-live", "exp": datetime.now(UTC) + timedelta(hours=1),
        "queue": "work", "job": "a",
    }  # fmt: skip
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode(claims, SECRET, algorithm="HS256")


def unsigned() -> str:
    """A token that says that it needs no signature."""
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{header}.{forged().split('.')[1]}."


@pytest.mark.parametrize(
    "token",
    [
        forged(exp=datetime.now(UTC) - timedelta(seconds=1)),
        forged(exp=None),
        forged(aud="another"),
        forged(aud=None),
        forged(queue=7),
        forged(job=None),
        forged(padding="x" * 4_096),
        jwt.encode({"aud": "backbeat-live"}, "another secret of more than 32 bytes"),
        jwt.decode_complete(forged(), options={"verify_signature": False})["payload"]["job"],
        unsigned(),
        "a.b.c",
    ],
)
async def test_a_token_that_is_not_ours_or_not_good_is_refused(served: Gateway, token: str) -> None:
    async with served.stream(f"work/a?token={token}", key=None) as stream:
        assert stream.response.status_code == 401


async def test_a_good_token_made_by_hand_is_taken(served: Gateway) -> None:
    async with served.stream(f"work/a?token={forged()}", key=None) as stream:
        assert stream.response.status_code == 200


async def test_tokens_need_a_long_secret_and_a_sensible_time(app: Backbeat, queue: Queue) -> None:
    with pytest.raises(ConfigurationError, match="needs at least 32"):
        JobTokens("short")
    with pytest.raises(ConfigurationError, match="need a secret"):
        make_gateway(app, access=Keys()).live.token_for(queue.handle("a"))
    for ttl in (0, 8 * 86_400):
        with pytest.raises(InvalidOption):
            JobTokens(SECRET).issue("work", "a", ttl)


FOREIGN = [
    "null", "https://evil.example.com", "https://shop.example.com.evil.example.com",
    "https://evil-shop.example.com", "http://shop.example.com", "https://shop.example.com:8443",
    "https://SHOP.example.com", "https://shop.example.com/", "https://shop.example.com@evil",
    "https://sub.shop.example.com", "https://example.com", "*", "", "file://",
    "chrome-extension://abc", "https://xshop.example.com", "https://shop.example.com%60.evil",
    "https://shop.example.com evil", "http://127.0.0.1:1", "http://localhost",
]  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_page_of_a_foreign_origin_is_refused_on_every_way(
    strict: Gateway, origin: str
) -> None:
    headers = {"origin": origin, "authorization": "Bearer reader"}
    async with httpx.AsyncClient(headers=headers, base_url=strict.url) as http:
        answers = [
            await http.get("/socket.io/?EIO=4&transport=polling"),
            await http.post("/socket.io/?EIO=4&transport=polling&sid=x", content="40"),
            await http.options("/socket.io/?EIO=4&transport=polling"),
            await http.get("/backbeat/live/work"),
        ]
    for answer in answers:
        assert answer.status_code == 403
        assert "Origin" in answer.headers["vary"]
        assert "access-control-allow-origin" not in answer.headers
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(
                f"{strict.url}/socket.io/?EIO=4&transport=websocket", headers=headers
            )
        assert refused.value.status == 403


async def test_a_page_of_an_allowed_origin_and_of_our_own_may_connect(strict: Gateway) -> None:
    for origin in (SHOP, strict.url):
        async with httpx.AsyncClient(headers={"origin": origin}, base_url=strict.url) as http:
            answer = await http.get("/socket.io/?EIO=4&transport=polling")
            preflight = await http.options("/socket.io/?EIO=4&transport=polling")
        assert (answer.status_code, preflight.status_code) == (200, 204)
        for told in (answer, preflight):
            assert told.headers["access-control-allow-origin"] == origin
            assert "Origin" in told.headers["vary"]
        async with strict.client(origin=origin) as client:
            await client.next("connected")


async def test_two_origins_are_none(strict: Gateway) -> None:
    both = [("origin", SHOP), ("origin", "https://evil.example.com")]
    async with httpx.AsyncClient(headers=both, base_url=strict.url) as http:
        assert (await http.get("/socket.io/?EIO=4&transport=polling")).status_code == 403


@pytest.mark.parametrize("origin", ["*", "shop.example.com", "https://a.example.com/", "null"])
def test_what_is_no_origin_cannot_be_allowed(app: Backbeat, origin: str) -> None:
    with pytest.raises(InvalidOption, match="is no origin"):
        make_gateway(app, access=Keys(), options=GatewayOptions(origins=(origin,)))
