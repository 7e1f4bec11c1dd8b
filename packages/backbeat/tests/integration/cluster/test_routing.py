"""Calls find the node of their slot: where it is, where it was, and while it is on its way."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from backbeat.engine.transport.base import SyncTransport, Transport
from backbeat.engine.transport.opening import open_sync_transport, open_transport
from backbeat.engine.transport.slots import slot_of_key
from backbeat.errors import ProtocolError, ServerUnavailable
from packages.backbeat.tests.support.cluster import Cluster, Node
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.scripts import script

KEYS = [f"{{q{number}}}:list" for number in range(12)]
KEY = "{a}:value"
SLOT = slot_of_key(KEY)
# Takes its key away and puts it back: half of that would be a loss.
REPLACE = script("redis.call('DEL', KEYS[1]) return redis.call('SET', KEYS[1], ARGV[1])")
COUNT = script("return redis.call('INCR', KEYS[1])")


@pytest.fixture
async def transport(cluster: Cluster) -> AsyncIterator[Transport]:
    """The transport of async code."""
    opened = open_transport(cluster.url)
    yield opened
    await opened.close()


@pytest.fixture
def sync_transport(cluster: Cluster) -> Iterator[SyncTransport]:
    """The transport of code without an event loop."""
    opened = open_sync_transport(cluster.url)
    yield opened
    opened.close()


async def test_each_call_goes_to_the_node_of_its_slot(
    cluster: Cluster, transport: Transport, sync_transport: SyncTransport
) -> None:
    await asyncio.gather(*(transport.execute("LPUSH", key, "x") for key in KEYS))
    await asyncio.to_thread(lambda: [sync_transport.execute("LPUSH", key, "y") for key in KEYS])
    assert {cluster.primary_of(key).client.llen(key) for key in KEYS} == {2}
    assert len({cluster.primary_of(key).port for key in KEYS}) == 3
    assert await transport.execute("PING") == b"PONG"
    sizes = [await server.execute("DBSIZE") for server in await transport.servers()]
    assert sizes == [node.client.dbsize() for node in sorted(cluster.primaries, key=_port)]


async def test_every_node_learns_a_script_that_it_does_not_know(
    cluster: Cluster, transport: Transport, sync_transport: SyncTransport
) -> None:
    for _ in range(2):
        for key in KEYS:
            await transport.script(COUNT, ("EVALSHA", COUNT.sha, 1, f"{key}:n"))
            command = ("EVALSHA", COUNT.sha, 1, f"{key}:n")
            await asyncio.to_thread(sync_transport.script, COUNT, command)
        for node in cluster.primaries:
            node.client.script_flush()
    assert {await transport.execute("GET", f"{key}:n") for key in KEYS} == {b"4"}


async def test_a_slot_that_has_moved_is_followed_and_other_calls_go_on(
    cluster: Cluster, transport: Transport, sync_transport: SyncTransport
) -> None:
    await transport.execute("SET", KEY, "1")
    await asyncio.to_thread(sync_transport.execute, "GET", KEY)
    source = cluster.primary_of(KEY)
    clients = {each["id"] for each in source.client.client_list()}
    cluster.move_slot(SLOT, _another(cluster))
    assert await transport.execute("INCR", KEY) == 2
    assert await asyncio.to_thread(sync_transport.execute, "INCR", KEY) == 3
    assert clients <= {each["id"] for each in source.client.client_list()}, "a connection was lost"


async def test_a_key_that_has_gone_ahead_is_asked_for_at_its_new_node(
    cluster: Cluster, transport: Transport, sync_transport: SyncTransport
) -> None:
    source, target = cluster.primary_of(KEY), _another(cluster)
    _begin_moving(source, target)
    assert await transport.execute("INCR", KEY) == 1
    assert await asyncio.to_thread(sync_transport.execute, "INCR", KEY) == 2
    cluster.move_slot(SLOT, target)
    assert target.client.get(KEY) == b"2"


async def test_no_script_runs_while_its_slot_is_on_its_way(
    cluster: Cluster, transport: Transport, sync_transport: SyncTransport
) -> None:
    await transport.execute("SET", KEY, "before")
    source, target = cluster.primary_of(KEY), _another(cluster)
    _begin_moving(source, target)
    command = ("EVALSHA", REPLACE.sha, 1, KEY, "after")
    for node in (source, target):
        node.client.script_load(REPLACE.text)
    with pytest.raises(ServerUnavailable, match="TRYAGAIN"):
        await transport.script(REPLACE, command)
    with pytest.raises(ServerUnavailable, match="TRYAGAIN"):
        await asyncio.to_thread(sync_transport.script, REPLACE, command)
    assert source.client.get(KEY) == b"before"
    cluster.move_slot(SLOT, target)
    assert await transport.script(REPLACE, command) == b"OK"
    assert target.client.get(KEY) == b"after"


async def test_keys_of_several_slots_never_leave_the_process(transport: Transport) -> None:
    with pytest.raises(ProtocolError, match="several slots"):
        await transport.execute("UNLINK", "{a}:x", "{b}:x")
    with pytest.raises(ProtocolError, match="several slots"):
        await transport.blocking().block("BLPOP", "{a}:x", "{b}:x", "1", timeout=1)


async def test_a_single_server_is_not_taken_for_a_cluster(valkey_tcp: PrivateServer) -> None:
    transport = open_transport(f"redis+cluster://127.0.0.1:{valkey_tcp.port}")
    with pytest.raises(ServerUnavailable, match="is no cluster: write redis://"):
        await transport.execute("GET", "a")
    with pytest.raises(ServerUnavailable, match="is no cluster: write redis://"):
        await transport.blocking().block("BLPOP", "a", "1", timeout=1)
    await transport.close()


async def test_a_wrong_password_is_told_at_once(cluster: Cluster) -> None:
    transport = open_transport(cluster.url.replace("://", "://:wrong@"))
    with pytest.raises(ServerUnavailable, match="wants a user and password"):
        await transport.execute("GET", "a")
    await transport.close()


async def test_a_primary_whose_name_no_sentinel_knows_is_waited_for(
    watched_url_of_nobody: str, caplog: pytest.LogCaptureFixture
) -> None:
    transport = open_transport(watched_url_of_nobody)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await transport.execute("PING")
    assert "knows no primary 'nobody'" in caplog.text
    await transport.close()


def _begin_moving(source: Node, target: Node) -> None:
    target.cluster("SETSLOT", SLOT, "IMPORTING", source.id)
    source.cluster("SETSLOT", SLOT, "MIGRATING", target.id)


def _another(cluster: Cluster) -> Node:
    source = cluster.primary_of(KEY)
    return next(node for node in cluster.primaries if node is not source)


def _port(node: Node) -> int:
    return node.port
