"""What the doctor says of a cluster, and of a primary that Sentinels watch."""

import pytest

from backbeat.config import Settings
from backbeat.errors import ServerUnavailable
from backbeat.server import Finding, check_target, explain
from packages.backbeat.tests.support.cluster import Cluster
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.sentinels import Watched


def check(url: str) -> list[Finding]:
    settings = Settings(url=url)
    return check_target(settings, explain(settings))


def test_a_cluster_is_judged_as_a_whole_and_node_by_node(cluster: Cluster) -> None:
    odd = cluster.primaries[1]
    odd.client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        findings = {each.check: each for each in check(cluster.url)}
    finally:
        odd.client.config_set("maxmemory-policy", "noeviction")
    assert findings["cluster"] == Finding("cluster", "ok", "3 primaries serve all slots")
    assert findings["replicas"].level == "ok"
    assert findings["eviction"].level == "fail"
    assert findings["eviction"].what.startswith(f"127.0.0.1:{odd.port}: ")
    assert findings["rights"].level == "ok"


def test_slots_without_a_primary_are_a_failure(cluster: Cluster) -> None:
    node = cluster.primaries[0]
    node.cluster("DELSLOTS", 0)
    try:
        findings = {each.check: each for each in check(f"redis+cluster://127.0.0.1:{node.port}")}
    finally:
        node.cluster("ADDSLOTS", 0)
    assert findings["cluster"].level == "fail"
    assert findings["cluster"].what.startswith("1 slots have no primary")


def test_watched_servers_are_judged_by_their_sentinels(watched: Watched) -> None:
    findings = {each.check: each for each in check(watched.url)}
    assert findings["sentinels"] == Finding("sentinels", "ok", "3 watch main")
    assert findings["replicas"].what == "1 can take over"
    assert findings["role"].level == "ok"


def test_a_sentinel_that_does_not_answer_is_named(watched: Watched) -> None:
    findings = {each.check: each for each in check(watched.url.replace("://", "://127.0.0.1:1,"))}
    assert findings["sentinels"].level == "warn"
    assert "127.0.0.1:1" in findings["sentinels"].what


def test_who_is_no_cluster_and_who_is_nowhere_is_told(valkey_tcp: PrivateServer) -> None:
    with pytest.raises(ServerUnavailable, match="is no cluster"):
        check(f"redis+cluster://127.0.0.1:{valkey_tcp.port}")
    with pytest.raises(ServerUnavailable, match="no node of"):
        check("redis+cluster://127.0.0.1:1")
    with pytest.raises(ServerUnavailable, match="no Sentinel of"):
        check("redis+sentinel://127.0.0.1:1/main")
