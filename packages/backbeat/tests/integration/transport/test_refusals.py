"""Real refusals of a real server."""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backbeat.engine.transport.base import Elsewhere, Later, NotSent
from backbeat.engine.transport.multiplexed import MultiplexedTransport
from backbeat.engine.transport.target import Target
from backbeat.errors import ProtocolError, ServerUnavailable, StorageFull
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.scripts import ADD_100, ECHO, call, script

FREE = script("return redis.call('DEL', 'ballast')")


@pytest.fixture
def fast_busy(folder: Path) -> Iterator[PrivateServer]:
    """A server that answers BUSY after 50 ms of a script."""
    with PrivateServer(folder, "--busy-reply-threshold", "50") as running:
        yield running


async def first_refusal(transport: MultiplexedTransport) -> Later:
    """Call until the server refuses."""
    while True:
        try:
            await transport.script(ECHO, call(ECHO, "x"))
        except Later as error:
            return error


async def test_a_full_server_refuses_writes_at_once_and_recovers(
    transport: MultiplexedTransport, server: PrivateServer
) -> None:
    server.client.set("ballast", "x" * 1_000_000)
    server.client.config_set("maxmemory", "1mb")
    with pytest.raises(StorageFull, match="nothing was written"):
        await transport.script(ADD_100, call(ADD_100))
    assert server.client.get("credit") is None
    assert await transport.script(FREE, call(FREE)) == 1
    server.client.config_set("maxmemory", "0")
    assert await transport.script(ADD_100, call(ADD_100)) == 100


async def test_a_user_without_the_right_is_refused_for_good(
    server: PrivateServer,
) -> None:
    server.client.acl_setuser(
        "limited",
        enabled=True,
        passwords="+word",
        keys=["other*"],
        categories=["+@all", "-@dangerous"],
    )
    target = Target.parse(f"unix://limited:word@{server.socket}")
    transport = MultiplexedTransport(target)
    with pytest.raises(ServerUnavailable, match="NOPERM") as refused:
        await transport.script(ADD_100, call(ADD_100))
    assert not isinstance(refused.value, Later)
    with pytest.raises(ServerUnavailable, match="NOPERM"):
        await transport.execute("CONFIG", "GET", "maxmemory")
    await transport.close()


async def test_a_wrong_password_is_refused_for_good(server: PrivateServer) -> None:
    server.client.config_set("requirepass", "right")
    wrong = MultiplexedTransport(Target.parse(f"unix://:wrong@{server.socket}"))
    none = MultiplexedTransport(Target.parse(server.url))
    right = MultiplexedTransport(Target.parse(f"unix://:right@{server.socket}"))
    with pytest.raises(ServerUnavailable, match="password"):
        await wrong.execute("PING")
    with pytest.raises(ServerUnavailable, match="NOAUTH"):
        await none.script(ECHO, call(ECHO, "x"))
    assert await right.script(ECHO, call(ECHO, "x")) == b"x"
    for transport in (wrong, none, right):
        await transport.close()


async def test_a_replica_sends_us_elsewhere_and_its_connection_is_given_up(
    transport: MultiplexedTransport, server: PrivateServer
) -> None:
    await transport.execute("PING")
    server.client.replicaof("127.0.0.1", "1")
    link = transport._link
    with pytest.raises(Elsewhere) as refused:
        await transport.script(ADD_100, call(ADD_100))
    assert refused.value.kind == "READONLY"
    assert link is not None
    assert link.lost
    server.client.replicaof("NO", "ONE")
    assert await transport.script(ADD_100, call(ADD_100)) == 100


@pytest.mark.asyncio(loop_factories=["uvloop"])
async def test_a_busy_server_is_asked_again_later(fast_busy: PrivateServer) -> None:
    ours = MultiplexedTransport(Target.parse(fast_busy.url))
    with socket.socket(socket.AF_UNIX) as spinner:
        spinner.connect(str(fast_busy.socket))
        spinner.sendall(b"EVAL 'while true do end' 0\r\n")
        refused = await first_refusal(ours)
        assert refused.kind == "BUSY"
        fast_busy.client.script_kill()
    assert await ours.execute("ECHO", "x") == b"x"
    await ours.close()


@pytest.mark.asyncio(loop_factories=["uvloop"])
async def test_a_loading_server_is_asked_again_later(folder: Path) -> None:
    with PrivateServer(
        folder, "--key-load-delay", "200", "--loading-process-events-interval-bytes", "1024"
    ) as server:
        pipeline = server.client.pipeline()
        for number in range(5_000):
            pipeline.set(f"key{number}", "x" * 200)
        pipeline.execute()
        server.kill()
        server.launch()
        transport = MultiplexedTransport(Target.parse(server.url))
        kinds: set[str] = set()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                assert await transport.script(ECHO, call(ECHO, "x")) == b"x"
                break
            except Later as error:
                kinds.add(error.kind)
            except ServerUnavailable:
                await asyncio.sleep(0.01)
        assert kinds == {"LOADING"}
        await transport.close()


async def test_a_key_of_another_type_is_a_bug_or_a_foreign_hand(
    transport: MultiplexedTransport, server: PrivateServer
) -> None:
    server.client.rpush("credit", "1")
    with pytest.raises(ProtocolError, match="WRONGTYPE"):
        await transport.script(ADD_100, call(ADD_100))


async def test_too_few_replicas_are_a_reason_to_wait(
    transport: MultiplexedTransport, server: PrivateServer
) -> None:
    server.client.config_set("min-replicas-to-write", "1")
    with pytest.raises(Later) as refused:
        await transport.script(ADD_100, call(ADD_100))
    assert refused.value.kind == "NOREPLICAS"


async def test_a_full_house_of_clients_is_a_connection_that_was_not_made(
    server: PrivateServer,
) -> None:
    server.client.config_set("maxclients", "1")
    transport = MultiplexedTransport(Target.parse(server.url))
    with pytest.raises(NotSent):
        await transport.script(ECHO, call(ECHO, "x"))
    server.client.config_set("maxclients", "100")
    assert await transport.execute("ECHO", "room") == b"room"
    await transport.close()
