"""Which findings follow from which facts."""

from dataclasses import replace
from typing import Any

import pytest

from backbeat.server.doctor import judge
from backbeat.server.facts import Facts
from backbeat.server.findings import Finding

GOOD_INFO: dict[str, Any] = {
    "valkey_version": "9.1.2",
    "redis_version": "7.2.4",
    "role": "master",
    "maxmemory_policy": "noeviction",
    "maxmemory": 1000,
    "used_memory": 100,
    "aof_enabled": 1,
    "aof_last_write_status": "ok",
}
GOOD_OPTIONS = {"appendfsync": "everysec", "no-appendfsync-on-rewrite": "no", "save": ""}


def facts(
    *,
    info: dict[str, Any] | None = None,
    options: dict[str, str] | None = None,
    hidden_options: bool = False,
    denied: list[str] | None = None,
    skew: float = 0.0,
    ping: float = 0.0001,
) -> Facts:
    return Facts(
        info=GOOD_INFO | (info or {}),
        options=None if hidden_options else GOOD_OPTIONS | (options or {}),
        denied=denied or [],
        skew_seconds=skew,
        ping_seconds=ping,
    )


def only_bad(given: Facts) -> list[Finding]:
    return [finding for finding in judge(given) if finding.level != "ok"]


def test_a_good_server_has_one_good_finding_a_check() -> None:
    findings = judge(facts())
    assert {finding.level for finding in findings} == {"ok"}
    assert [finding.check for finding in findings] == [
        *("version", "known faults", "role", "eviction", "memory"),
        *("persistence", "rights", "clock", "latency"),
    ]


@pytest.mark.parametrize(
    ("given", "check", "level", "words"),
    [
        (facts(info={"valkey_version": "8.1.3"}), "known faults", "warn", "CVE-2025-49844"),
        (facts(info={"role": "slave"}), "role", "fail", "replica"),
        (facts(info={"maxmemory_policy": "allkeys-lru"}), "eviction", "fail", "allkeys-lru"),
        (facts(info={"maxmemory": 0}), "memory", "warn", "not set"),
        (facts(info={"used_memory": 900}), "memory", "warn", "90%"),
        (facts(info={"aof_delayed_fsync": 3}), "persistence", "warn", "two seconds to flush, 3"),
        (facts(info={"aof_last_write_status": "err"}), "persistence", "fail", "failed"),
        (facts(options={"appendfsync": "no"}), "persistence", "warn", "appendfsync is no"),
        (
            facts(options={"no-appendfsync-on-rewrite": "yes"}),
            *("persistence", "warn", "suspends"),
        ),
        (facts(info={"aof_enabled": 0}), "persistence", "fail", "a restart loses every job"),
        (
            facts(info={"aof_enabled": 0}, options={"save": "60 1"}),
            *("persistence", "warn", "snapshots only"),
        ),
        (
            facts(info={"aof_enabled": 0}, hidden_options=True),
            *("persistence", "warn", "unknown"),
        ),
        (facts(denied=["XADD", "TIME"]), "rights", "fail", "XADD, TIME"),
        (facts(skew=2.5), "clock", "warn", "2.5 s ahead"),
        (facts(skew=-2.5), "clock", "warn", "2.5 s behind"),
        (facts(ping=0.02), "latency", "warn", "20.00 ms"),
    ],
)
def test_each_fault_is_found_alone_with_advice(
    given: Facts, check: str, level: str, words: str
) -> None:
    [finding] = only_bad(given)
    assert (finding.check, finding.level) == (check, level)
    assert words in finding.what
    assert finding.advice


@pytest.mark.parametrize(
    ("name", "version", "level", "words"),
    [
        ("redis_version", "6.2.20", "fail", "Redis 6.2.20 is too old"),
        ("dragonfly_version", "df-v1.2.3", "warn", "Dragonfly 1.2.3 is not tested"),
    ],
)
def test_a_server_of_another_age_or_kind_is_found(
    name: str, version: str, level: str, words: str
) -> None:
    others = {key: value for key, value in GOOD_INFO.items() if not key.endswith("_version")}
    given = replace(facts(), info=others | {name: version})
    found = next(finding for finding in judge(given) if finding.check == "version")
    assert (found.level, found.what) == (level, words)


def test_a_hosted_server_that_hides_its_options_is_fine_when_it_appends() -> None:
    assert only_bad(facts(hidden_options=True)) == []


def test_a_user_that_may_not_ask_gets_the_checks_that_need_no_info() -> None:
    silent = Facts(info={}, options=None, denied=[], skew_seconds=0.0, ping_seconds=0.0)
    assert [(finding.check, finding.level) for finding in judge(silent)] == [
        *(("info", "warn"), ("rights", "ok"), ("clock", "ok"), ("latency", "ok"))
    ]
