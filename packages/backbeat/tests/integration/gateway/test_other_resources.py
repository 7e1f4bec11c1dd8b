"""Schedules, workers, groups, limits, locks, breakers, flows, keys and health over HTTP."""

import asyncio
from typing import Any

import pytest

from backbeat import every
from backbeat.engine.record import decode_record
from backbeat.worker import measuring
from packages.backbeat.tests.support.desk import Desk
from packages.backbeat.tests.support.working import PATIENCE_S, working


async def test_schedules_are_made_looked_at_run_and_removed(desk: Desk) -> None:
    body = {"handler": "send", "data": {"to": "ada"}, "cron": "0 3 * * *", "tz": "Europe/Oslo"}
    made = await desk.data("PUT", "schedules/mail/daily", json=body)
    assert (made["handler"], made["data"], made["paused"]) == ("send", {"to": "ada"}, False)
    names = [each["name"] for each in await desk.data("GET", "schedules")]
    assert names == ["daily", "nightly"]
    assert len(await desk.data("GET", "schedules/mail/daily/next", params={"count": 3})) == 3
    await desk.data("POST", "schedules/mail/daily/pause")
    assert (await desk.data("GET", "schedules/mail/daily"))["paused"]
    await desk.data("POST", "schedules/mail/daily/resume")
    run = await desk.data("POST", "schedules/mail/daily/run")
    assert (await desk.app.queue("mail").get(run["id"])).arguments == {"to": "ada"}
    async with working(desk.app):
        await desk.app.queue("mail").handle(run["id"]).result(timeout=10)
    (ran,) = await desk.data("GET", "schedules/mail/daily/history")
    assert (ran["jobId"], ran["outcome"]) == (run["id"], "completed")
    await desk.data("DELETE", "schedules/mail/daily")
    assert await desk.error("GET", "schedules/mail/daily") == (404, "SCHEDULE_NOT_FOUND")
    bad = {"handler": "send", "data": {"to": "ada"}, "cron": "99 * * * *"}
    assert await desk.error("PUT", "schedules/mail/daily", json=bad) == (400, "INVALID_OPTION")


async def test_a_schedule_that_is_put_again_keeps_the_options_of_its_job(desk: Desk) -> None:
    mail = desk.app.queue("mail")
    call = mail.call("send", {"to": "ada"}, priority=9, attempts=7, group="acme", timeout=30)
    desk.app.schedule("daily", every(86_400), call)
    await desk.app.schedules.sync("mail")
    body = {"handler": "send", "data": {"to": "bea"}, "every": 60}
    for more, priority, group in (({}, 9, "acme"), ({"priority": 5, "group": "b"}, 5, "b")):
        await desk.data("PUT", "schedules/mail/daily", json={**body, **more})
        run = await desk.data("POST", "schedules/mail/daily/run")
        job = await mail.get(run["id"])
        assert (job.arguments, job.priority, job.group) == ({"to": "bea"}, priority, group)
        connection = await mail.connection()
        record: Any = await connection.transport.execute("HGET", "bb:{mail}:jobs", run["id"])
        options = decode_record(record).options
        assert options is not None
        assert (options.attempts, options.timeout_ms) == (7, 30_000)


async def test_workers_say_what_they_run(desk: Desk) -> None:
    started, release = asyncio.Event(), asyncio.Event()

    @desk.app.queue("mail").job("hold")
    async def hold() -> None:
        started.set()
        await release.wait()

    handle = await hold.enqueue()
    async with working(desk.app):
        await started.wait()
        workers = {each["queue"]: each for each in await desk.data("GET", "workers")}
        assert workers["mail"]["running"] == [handle.id]
        assert workers["reports"]["running"] == []
        assert workers["mail"]["name"] == workers["mail"]["about"]["name"]
        assert "pid" in workers["mail"]["about"]
        number = workers["mail"]["number"]
        await desk.data("POST", f"workers/mail/{number}/pause")
        await desk.data("POST", f"workers/mail/{number}/resume")
        release.set()
        await handle.result(timeout=10)
    assert await desk.error("POST", "workers/mail/999/pause") == (404, "WORKER_NOT_FOUND")


async def test_workers_say_what_they_use(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "EVERY_SECONDS", 0.05)
    async with working(desk.app):
        async with asyncio.timeout(PATIENCE_S):
            while None in {each["cpu"] for each in await desk.data("GET", "workers")}:
                pass
        for worker in await desk.data("GET", "workers"):
            assert 0 <= worker["cpu"] < 100
            assert worker["memoryBytes"] > 10_000_000
            assert worker["blockedSeconds"] >= 0


async def test_groups_have_rules(desk: Desk) -> None:
    await desk.app.queue("mail").add("send", {"to": "ada"}, group="acme/eu")
    rules = {"weight": 3, "rate": {"count": 5, "per": 60.0}, "concurrency": 2}
    changed = await desk.data("PATCH", "groups/mail/acme/eu", json=rules)
    assert (changed["weight"], changed["rate"]) == (3, {"count": 5, "per": 60.0})
    await desk.data("POST", "groups/mail/pause", json={"group": "acme/eu"})
    (group,) = await desk.data("GET", "groups/mail")
    assert (group["name"], group["waiting"], group["held"]) == ("acme/eu", 1, "paused")
    await desk.data("POST", "groups/mail/resume", json={"group": "acme/eu"})
    await desk.data("DELETE", "groups/mail/acme/eu")
    assert (await desk.data("GET", "groups/mail/acme/eu"))["weight"] == 1


async def test_limits_are_paused(desk: Desk) -> None:
    until = await desk.data("POST", "limits/pause", json={"name": "openai", "seconds": 60})
    (limit,) = await desk.data("GET", "limits")
    assert limit["name"] == "openai"
    assert limit["pausedUntil"] == until["until"]
    await desk.data("POST", "limits/resume", json={"name": "openai"})
    (limit,) = await desk.data("GET", "limits")
    assert limit["pausedUntil"] is None
    unknown = {"name": "nope", "seconds": 60}
    assert await desk.error("POST", "limits/pause", json=unknown) == (404, "NOT_FOUND")


async def test_locks_are_looked_at_and_taken_away(desk: Desk) -> None:
    lock = desk.app.lock("wallet:a/b")
    await lock.acquire()
    assert await desk.data("GET", "locks") == ["wallet:a/b"]
    held = await desk.data("GET", "locks/wallet:a/b")
    assert len(held["holders"]) == 1
    wrong = {"name": "wallet:a/b", "confirm": "wallet"}
    assert await desk.error("POST", "locks/take-away", json=wrong) == (422, "NOT_CONFIRMED")
    right = {"name": "wallet:a/b", "confirm": "wallet:a/b"}
    assert await desk.data("POST", "locks/take-away", json=right) == {"count": 1}
    assert (await desk.data("GET", "locks/wallet:a/b"))["holders"] == []


async def test_breakers_are_opened_and_closed(desk: Desk) -> None:
    await desk.data("POST", "breakers/openai/open", json={"seconds": 60})
    (breaker,) = await desk.data("GET", "breakers")
    assert (breaker["name"], breaker["state"]) == ("openai", "open")
    await desk.data("POST", "breakers/openai/close")
    (breaker,) = await desk.data("GET", "breakers")
    assert breaker["state"] == "closed"


async def test_flows_show_their_tree_as_far_as_it_may_be_seen(desk: Desk) -> None:
    flow = desk.app.flow("f1")
    first = flow.add(desk.app.queue("reports").call("build", {"month": 1}))
    flow.add(desk.app.queue("mail").call("send", {"to": "ada"}), after=[first])
    handle = await flow.start()
    (listed,) = await desk.data("GET", "flows")
    assert (listed["id"], listed["home"], listed["total"]) == ("f1", handle.home, 2)
    tree = await desk.data("GET", f"flows/{handle.home}/f1")
    assert sorted(job["queue"] for job in tree["jobs"]) == ["mail", "reports"]
    assert not tree["hidden"]
    waiting = next(job for job in tree["jobs"] if job["queue"] == "mail")
    job = await desk.data("GET", f"queues/mail/jobs/{waiting['id']}")
    assert job["flow"] == {"home": handle.home, "id": "f1"}
    seen = await desk.ask("GET", f"flows/{handle.home}/f1", "mailer")
    if seen.status_code == 200:
        assert {job["queue"] for job in seen.json()["data"]["jobs"]} == {"mail"}
        refused = await desk.error("POST", f"flows/{handle.home}/f1/cancel", "mailer", json={})
        assert refused == (403, "FORBIDDEN")
    assert await desk.data("POST", f"flows/{handle.home}/f1/cancel", json={}) == {"count": 2}
    assert await desk.error("GET", "flows/mail/nope") == (404, "FLOW_NOT_FOUND")


async def test_health_names_the_queue_that_cannot_be_read(desk: Desk) -> None:
    assert (await desk.ask("GET", "/health/live", None)).status_code == 200
    assert (await desk.ask("GET", "/health/ready", None)).status_code == 200
    connection = await desk.app.connections.open()
    await connection.transport.execute("DEL", "bb:{mail}:meta")
    await connection.transport.execute("SET", "bb:{mail}:meta", "a foreign hand")
    health = {each["queue"]: each for each in await desk.data("GET", "health/queues")}
    assert health["mail"]["readable"] is False
    assert health["mail"]["error"] == "ProtocolError"
    assert health["reports"]["readable"] is True
    queues = {each["name"]: each for each in await desk.data("GET", "queues")}
    assert queues["mail"]["error"] == "ProtocolError"
    assert queues["mail"]["counts"] is None


async def test_a_queue_that_nobody_works_on_is_stalled(desk: Desk) -> None:
    await desk.app.queue("mail").add("send", {"to": "ada"})
    health = {each["queue"]: each for each in await desk.data("GET", "health/queues")}
    assert (health["mail"]["stalled"], health["reports"]["stalled"]) == (True, False)
    await desk.app.queue("mail").pause()
    health = {each["queue"]: each for each in await desk.data("GET", "health/queues")}
    assert not health["mail"]["stalled"]


async def test_keys_are_made_once_and_grant_no_more_than_their_maker_has(desk: Desk) -> None:
    body = {"name": "deploy", "actions": ["view", "retry"], "queues": ["mail"]}
    made = await desk.data("POST", "keys", json=body)
    assert made["key"].startswith(f"bb_{made['id']}_")
    listed = await desk.ask("GET", "keys")
    assert made["id"] in listed.text
    assert made["key"] not in listed.text
    assert made["key"] not in (await desk.ask("GET", "audit")).text
    await desk.data("DELETE", f"keys/{made['id']}")
    assert await desk.error("DELETE", f"keys/{made['id']}") == (404, "NOT_FOUND")
    assert await desk.error("POST", "keys", "operator", json=body) == (403, "FORBIDDEN")
