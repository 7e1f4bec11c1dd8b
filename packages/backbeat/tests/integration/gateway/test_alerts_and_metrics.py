"""Alerts and metrics over HTTP: what is wrong, by which rules, of what nobody is told."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
from prometheus_client.parser import text_string_to_metric_families

from backbeat import Backbeat
from backbeat.alerts import AlertSetup, DeadLetters, JobFailed, Watcher, Webhook
from packages.backbeat.tests.support.desk import Desk, at_desk
from packages.backbeat.tests.support.working import ended, working

SETUP: Final = AlertSetup(
    rules=[JobFailed(), DeadLetters(name="dead", growth=0, severity="critical", queues=("mail",))],
    channels=[Webhook("ops", "https://hooks.example.com/hunter2", keys=["hunter2" * 8])],
)


@pytest.fixture
async def desk(shop: Backbeat) -> AsyncIterator[Desk]:
    """A gateway whose watchers look by two rules, and have seen a job fail."""
    await shop.queue("mail").add("send", {"to": "nobody", "password": "hunter2"}, id="a")
    async with working(shop):
        await ended(shop.queue("mail"), "a")
    await Watcher(shop, SETUP).look()
    async with at_desk(shop, alerts=SETUP) as desk:
        yield desk


async def test_what_is_wrong_is_told_by_queue_and_grant(desk: Desk) -> None:
    (alert,) = await desk.data("GET", "alerts")
    assert (alert["rule"], alert["queue"], alert["severity"]) == ("dead", "mail", "critical")
    assert alert["told"] is True
    assert alert["data"]["queue"] == "mail"
    assert [each["key"] for each in await desk.data("GET", "alerts", "mailer")] == [alert["key"]]
    (blind,) = await desk.data("GET", "alerts", "blind")
    assert (blind["key"], blind["data"]) == (alert["key"], None)


async def test_rules_are_shown_without_what_channels_hold(desk: Desk) -> None:
    failed, dead = await desk.data("GET", "alerts/rules")
    assert (failed["kind"], failed["channels"], failed["queues"]) == ("JOB_FAILURE", ["ops"], [])
    assert (dead["queues"], dead["settings"]["growth"]) == (["mail"], 0)
    answer = await desk.ask("GET", "alerts/rules")
    assert "hunter2" not in answer.text


async def test_alerts_are_silenced_and_told_again(desk: Desk) -> None:
    body = {"pattern": "dead", "seconds": 60, "reason": "we know"}
    await desk.data("POST", "alerts/silence", json=body)
    (silence,) = await desk.data("GET", "alerts/silences")
    assert (silence["pattern"], silence["reason"]) == ("dead", "we know")
    await desk.data("POST", "alerts/unsilence", json={"pattern": "dead"})
    assert await desk.data("GET", "alerts/silences") == []
    happened = [each["what"] for each in await desk.data("GET", "alerts/history")]
    assert happened[:2] == ["unsilenced", "silence"]
    what = [each["what"] for each in await desk.data("GET", "audit", params={"limit": 2})]
    assert what == ["alerts.unsilence", "alerts.silence"]


async def test_s14_no_secret_is_in_what_happened(desk: Desk) -> None:
    assert "raised" in (await desk.ask("GET", "alerts/history")).text
    for path in ("alerts", "alerts/history"):
        assert "hunter2" not in (await desk.ask("GET", path)).text


@pytest.mark.parametrize(
    "body", [{"pattern": ""}, {"pattern": "a\nb"}, {"pattern": "a", "seconds": 0}, {}]
)
async def test_a_silence_that_makes_no_sense_is_refused(
    desk: Desk, body: dict[str, object]
) -> None:
    refused = await desk.error("POST", "alerts/silence", json=body)
    assert refused == (400, "VALIDATION_FAILED")


async def test_metrics_are_read_as_prometheus_reads_them(desk: Desk) -> None:
    answer = await desk.ask("GET", "/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    jobs = {
        (sample.labels["queue"], sample.labels["state"]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name == "backbeat_jobs"
    }
    assert jobs["mail", "failed"] == 1
    assert jobs["reports", "waiting"] == 0
    assert await desk.error("GET", "/metrics", "mailer") == (403, "FORBIDDEN")
    assert await desk.error("GET", "/metrics", None) == (401, "UNAUTHENTICATED")
