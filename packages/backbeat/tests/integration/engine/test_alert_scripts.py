"""Alerts at the level of their scripts: who is told, when, and how often."""

import pytest

from packages.backbeat.tests.support.alert_bench import COOLDOWN_MS, LEASE_MS, AlertBench
from packages.backbeat.tests.support.servers import Store


@pytest.fixture
def alerts(store: Store) -> AlertBench:
    """Alerts on Valkey, Redis 7 and fakeredis in turn."""
    return AlertBench(store.client)


def test_an_alert_that_lasts_is_told_once_and_its_end_once(alerts: AlertBench) -> None:
    assert [alerts.alert() for _ in range(3)] == [b"raised", b"known", b"known"]
    assert alerts.take() == ["n1.box"]
    assert alerts.recover() == b"recovered"
    assert alerts.recover() == b"unknown"
    assert alerts.take() == ["n4.box"]


def test_what_comes_and_goes_is_told_once_in_a_while(alerts: AlertBench) -> None:
    assert (alerts.alert(), alerts.recover()) == (b"raised", b"recovered")
    assert alerts.alert() == b"cooling"
    alerts.wait(COOLDOWN_MS - 1)
    assert alerts.alert() == b"cooling"
    alerts.wait(1)
    assert alerts.alert() == b"raised"


def test_what_has_happened_is_told_once_in_a_while(alerts: AlertBench) -> None:
    assert [alerts.alert(lasting=False) for _ in range(2)] == [b"raised", b"cooling"]
    alerts.wait(COOLDOWN_MS)
    assert alerts.alert(lasting=False) == b"raised"


@pytest.mark.parametrize("pattern", ["*", "wet", "wet|mails"])
def test_a_silence_of_all_of_a_rule_or_of_one_is_kept(alerts: AlertBench, pattern: str) -> None:
    alerts.silence(pattern)
    assert alerts.alert() == b"silenced"
    assert alerts.alert("cold|mails") == (b"silenced" if pattern == "*" else b"raised")


def test_of_what_nobody_was_told_nobody_hears_the_end(alerts: AlertBench) -> None:
    alerts.silence("wet")
    assert (alerts.alert(), alerts.recover()) == (b"silenced", b"recovered")
    assert alerts.take() == []


def test_an_alert_that_outlasts_its_silence_is_told(alerts: AlertBench) -> None:
    alerts.silence("wet", 1_000)
    assert [alerts.alert() for _ in range(2)] == [b"silenced", b"silenced"]
    alerts.wait(1_000)
    assert alerts.alert() == b"raised"


def test_a_notice_is_one_courier_s_until_its_time_is_up(alerts: AlertBench) -> None:
    alerts.alert()
    assert (alerts.take(), alerts.take()) == (["n1.box"], [])
    alerts.wait(LEASE_MS)
    assert alerts.take() == ["n1.box"]


def test_an_attempt_is_settled_once(alerts: AlertBench) -> None:
    alerts.alert()
    (notice,) = alerts.take()
    assert alerts.settle(notice, 1, 5_000) == b"ok"
    # Somebody who was late with the same attempt.
    assert alerts.settle(notice, 1) == b"unknown"
    alerts.wait(5_000)
    assert alerts.take() == [notice]
    assert alerts.settle(notice, 2) == b"ok"
    assert alerts.settle(notice, 3) == b"unknown"


def test_alerts_and_notices_are_bounded(alerts: AlertBench) -> None:
    answers = [alerts.alert(f"wet|{number}") for number in range(1_001)]
    assert answers == [b"raised"] * 1_000 + [b"full"]
    assert alerts.recover("wet|0") == b"recovered"
    assert alerts.client.zcard(alerts.keys.key("due")) == 1_000
    assert alerts.alert("wet|1000") == b"raised"
    assert alerts.client.hlen(alerts.keys.key("active")) == 1_000


def test_silences_are_bounded_and_those_that_are_over_make_room(alerts: AlertBench) -> None:
    for number in range(1_000):
        alerts.silence(f"wet|{number}", 1_000)
    assert alerts.silence("one more") == b"full"
    alerts.wait(1_000)
    assert alerts.silence("one more") == b"%d" % (alerts.now_ms + 3_600_000)
