"""S14: seeded secrets go every way that a job goes, and come out nowhere."""

import asyncio
import logging
import random
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import pytest
import redis

from backbeat import Backbeat, Job, State
from backbeat.alerts import AlertSetup, JobFailed, Watcher
from backbeat.gateway.access import Credentials
from backbeat.gateway.live import LiveLimits
from backbeat.gateway.live.hub import Hub
from backbeat.gateway.live.listener import Listener
from backbeat.gateway.live.message import Message
from backbeat.gateway.live.request import Request
from backbeat.gateway.service import Service
from backbeat.worker.logs import JsonLines, PlainLines
from packages.backbeat.tests.support.desk import PEOPLE, Desk, at_desk
from packages.backbeat.tests.support.fault_report import LONG
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.routes import PUBLIC, ROUTES, asked, is_stream
from packages.backbeat.tests.support.working import PATIENCE_S, ended, working

SEEDS: Final = 1_000 if LONG else 160
PROCESS: Final = "packages.backbeat.tests.support.dashboard_process"
ENDS: Final = frozenset({"job-completed", "job-failed"})
HTTPS: Final = "https://"
# Where the server keeps what jobs, schedules and silences were given; not what happened to them:
# the audit log, answers to repeats, events, alerts and groups of dead letters hold none.
KEPT: Final = frozenset({"jobs", "results", "history", "progress", "log", "schedules", "silences"})
SETUP: Final = AlertSetup(rules=[JobFailed()])


def told(rng: random.Random, seed: str) -> str:
    """A text that tells a secret, as texts do."""
    return rng.choice([
        f"Bearer {seed}", f"api_key={seed}", f"{HTTPS}ada:{seed}@example.com/x",
        f"password: {seed}", f'{{"client_secret": "{seed}"}}', f"tried token={seed}, in vain",
    ])  # fmt: skip


def held(rng: random.Random, seed: str) -> dict[str, Any]:
    """A value that holds a secret, as payloads do."""
    return rng.choice([
        {"password": seed}, {"login": {"apiKey": seed}}, {"cards": [{"cardNumber": seed}]},
        {"note": told(rng, seed)}, {"headers": {"Authorization": f"Bearer {seed}"}},
    ])  # fmt: skip


class Seeds:
    """Secrets that were given away; each once."""

    def __init__(self) -> None:
        """None yet."""
        self.given: list[str] = []

    def next(self) -> str:
        """One more."""
        self.given.append(secrets.token_hex(12))
        return self.given[-1]

    def in_text(self, text: str) -> list[str]:
        """Those that a text has."""
        return [seed for seed in self.given if seed in text]


def declare(app: Backbeat, rng: random.Random, seeds: Seeds) -> None:
    """A handler that says secrets in every way in which a handler says anything."""

    @app.queue("mail").job("leak", retry=None)
    async def leak(job: Job, data: dict[str, Any], how: str) -> Any:
        job.log(f"sending, {told(rng, seeds.next())}")
        job.progress(held(rng, seeds.next()), told(rng, seeds.next()))
        if how == "fail":
            raise ValueError(told(rng, seeds.next()))
        return held(rng, seeds.next())


@pytest.fixture
def dashboard(valkey: PrivateServer) -> Iterator[str]:
    """The address of a dashboard of the same server."""
    command = [sys.executable, "-m", PROCESS, valkey.url, "people"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@asynccontextmanager
async def listening(app: Backbeat) -> AsyncIterator[Listener]:
    """Somebody who follows the queue and may read everything."""
    hub = Hub(Service(app).following, LiveLimits(buffer=100_000, buffer_bytes=2**30))
    listener = Listener(Credentials(), PEOPLE["admin"], hub.limits)
    hub.enter(listener)
    await hub.subscribe(listener, Request("mail", None))
    while not listener.topics["mail", None].live:
        await listener.take()
    yield listener
    await hub.close()


async def spread(desk: Desk, rng: random.Random, seeds: Seeds) -> list[str]:
    """Give secrets to jobs, by way of the application and of the gateway; the jobs."""
    queue, ids = desk.app.queue("mail"), list[str]()
    while len(seeds.given) < SEEDS // 4:
        job_id = f"job-{len(ids)}"
        how = rng.choice(["fail", "end"])
        data = {"data": held(rng, seeds.next()), "how": how}
        if len(ids) % 3:
            await queue.add("leak", data, id=job_id)
        else:
            body = {"name": "leak", "data": data, "id": job_id}
            given: dict[str, Any] = {"headers": {"idempotency-key": job_id}}
            await desk.data("POST", "queues/mail/jobs", json=body, **given)
        ids.append(job_id)
    await queue.add("leak", {"data": held(rng, seeds.next()), "how": "end"}, id="later", delay=900)
    edited = {"data": {"data": held(rng, seeds.next()), "how": "end"}}
    await desk.data("PUT", "queues/mail/data/later", json=edited)
    await queue.add("leak", {"data": {}, "how": "end"}, id="off", delay=900)
    reason = {"ids": ["off"], "reason": told(rng, seeds.next())}
    await desk.data("POST", "queues/mail/cancel", json=reason)
    schedule = {"handler": "leak", "data": {"data": held(rng, seeds.next()), "how": "end"}}
    await desk.data("PUT", "schedules/mail/secret", json={**schedule, "every": 3_600})
    silence = {"pattern": "nothing", "reason": told(rng, seeds.next())}
    await desk.data("POST", "alerts/silence", json=silence)
    return [*ids, "later", "off"]


async def everything_read(desk: Desk, ids: list[str]) -> str:
    """All that the gateway answers to who may read everything."""
    paths = [
        asked(path)[0]
        for method, path, _ in ROUTES
        if method == "GET" and path not in PUBLIC and not is_stream(path)
    ]
    paths += [f"queues/mail/jobs?limit=200&state={state}" for state in State]
    paths += [f"queues/mail/{what}/{job_id}" for job_id in ids for what in ("jobs", "logs")]
    paths += ["schedules/mail/secret", "audit?limit=200", "alerts/history?limit=200"]
    return "\n".join([(await desk.ask("GET", path)).text for path in paths])


async def pages(address: str, ids: list[str]) -> str:
    """All that the dashboard writes into its pages for an administrator."""
    texts = []
    paths = ["/", "/queues/mail", "/dead", "/schedules", "/audit", "/workers", "/flows"]
    paths += ["/schedules/mail/secret", *(f"/queues/mail/jobs/{each}" for each in ids[:12])]
    async with httpx.AsyncClient(cookies={"user": "admin"}, timeout=60) as client:
        for path in paths:
            answer = await client.get(f"{address}{path}")
            assert answer.status_code == 200, path
            texts.append(answer.text)
    assert "job-0" in texts[-len(ids[:12])]
    return "\n".join(texts)


async def everything_told(listener: Listener, ids: list[str]) -> str:
    """All that somebody who follows the queue was told, up to the end of each job."""
    told = list[Message]()
    async with asyncio.timeout(PATIENCE_S):
        while {each.fields.get("jobId") for each in told if each.name in ENDS} < set(ids[:-2]):
            await listener.has_news()
            told += await listener.take()
    return "\n".join(f"{each.name} {each.json}" for each in told)


def kinds_that_hold(url: str, seeds: Seeds) -> set[str]:
    """What is called the data in which the server keeps secrets."""
    kinds = set()
    with redis.Redis.from_url(url) as server:
        read: dict[bytes, Callable[[bytes], object]] = {
            b"string": server.get,
            b"hash": server.hgetall,
            b"list": lambda key: server.lrange(key, 0, -1),
            b"set": server.smembers,
            b"zset": lambda key: server.zrange(key, 0, -1),
            b"stream": server.xrange,
        }
        for key in server.scan_iter(count=1_000):
            if seeds.in_text(f"{key} {read[server.type(key)](key)}"):
                kinds.add(key.decode().rpartition("}:")[2].partition(":")[0])
    return kinds


def logged(caplog: pytest.LogCaptureFixture, seeds: Seeds) -> str:
    """What our processes log, in both forms; but for what clients of this test ask."""
    ours = [each for each in caplog.records if not each.name.startswith(("httpx", "httpcore"))]
    assert seeds.in_text("\n".join(map(logging.Formatter().format, ours)))
    return "\n".join(form.format(each) for form in (JsonLines(), PlainLines()) for each in ours)


async def test_s14_no_seeded_secret_comes_out(
    shop: Backbeat, valkey: PrivateServer, dashboard: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rng, seeds = random.Random(14), Seeds()
    declare(shop, rng, seeds)
    async with at_desk(shop, alerts=SETUP) as desk, listening(shop) as listener:
        await Watcher(shop, SETUP).look()  # what failed before it is no news
        ids = await spread(desk, rng, seeds)
        async with working(shop):
            for job_id in ids[:-2]:
                await ended(shop.queue("mail"), job_id)
        await Watcher(shop, SETUP).look()
        read = await everything_read(desk, ids)
        for seed in seeds.given[:8]:
            given = {"search": seed, "state": "completed"}
            assert await desk.data("GET", "queues/mail/jobs", params=given) == []
        shown = await pages(dashboard, ids)
        events = await everything_told(listener, ids)
    assert len(seeds.given) >= SEEDS
    assert all(word in read for word in ("raised", "jobs.cancel", "alerts.silence", "sending"))
    found = {
        "rest": seeds.in_text(read), "pages": seeds.in_text(shown),
        "events": seeds.in_text(events), "log": seeds.in_text(logged(caplog, seeds)),
    }  # fmt: skip
    assert found == {"rest": [], "pages": [], "events": [], "log": []}
    assert kinds_that_hold(valkey.url, seeds) <= KEPT
