"""Connections that wait on the server, whatever happens to it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from backbeat.engine.transport.blocking import AsyncBlockingConnection, ThreadBlockingConnection
from backbeat.engine.transport.target import Target
from backbeat.errors import ProtocolError, ServerUnavailable
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy


@pytest.fixture
async def waiting(proxy: FaultProxy) -> AsyncIterator[AsyncBlockingConnection]:
    connection = AsyncBlockingConnection(Target.parse(proxy.url))
    yield connection
    await connection.close()


@pytest.fixture
def sync_waiting(proxy: FaultProxy) -> Iterator[ThreadBlockingConnection]:
    connection = ThreadBlockingConnection(Target.parse(proxy.url))
    yield connection
    connection.close()


async def until_blocked(server: PrivateServer, number: int = 1) -> None:
    """Wait until so many clients wait on the server."""
    while server.client.info("clients")["blocked_clients"] != number:  # noqa: ASYNC110 - only it knows
        await asyncio.sleep(0.005)


def let_go(server: PrivateServer) -> None:
    """The thawed server reads what was sent before, and then that its sender is gone."""
    server.thaw()
    while any(client["cmd"] == "blpop" for client in server.client.client_list()):
        pass


async def test_a_wait_ends_with_what_is_pushed(
    waiting: AsyncBlockingConnection, server: PrivateServer
) -> None:
    reply = asyncio.ensure_future(waiting.block("BLPOP", "list", "20", timeout=20))
    await until_blocked(server)
    server.client.lpush("list", "pushed")
    assert await reply == [b"list", b"pushed"]
    assert waiting.losses == 0


async def test_a_wait_without_an_event_ends_with_none(waiting: AsyncBlockingConnection) -> None:
    assert await waiting.block("BLPOP", "list", "0.05", timeout=0.05) is None
    assert waiting.losses == 0


async def test_a_wait_on_a_frozen_server_ends_on_our_side_and_the_connection_is_replaced(
    waiting: AsyncBlockingConnection, server: PrivateServer, proxy: FaultProxy
) -> None:
    loop = asyncio.get_running_loop()
    reply = asyncio.ensure_future(waiting.block("BLPOP", "list", "0.5", timeout=0.5))
    await until_blocked(server)
    server.freeze()
    began = loop.time()
    assert await reply is None
    assert 3.0 <= loop.time() - began < 4.5
    let_go(server)
    assert waiting.losses == 1
    server.client.lpush("list", "later")
    assert await waiting.block("BLPOP", "list", "5", timeout=5) == [b"list", b"later"]
    assert proxy.accepted == 2


@pytest.mark.asyncio(loop_factories=["uvloop"])
async def test_a_wait_survives_the_death_of_the_server(
    waiting: AsyncBlockingConnection, server: PrivateServer
) -> None:
    reply = asyncio.ensure_future(waiting.block("BLPOP", "list", "20", timeout=20))
    await until_blocked(server)
    server.kill()
    assert await reply is None
    assert await waiting.block("BLPOP", "list", "0.1", timeout=0.1) is None
    assert waiting.losses >= 2
    server.start()
    server.client.lpush("list", "again")
    while (reply_again := await waiting.block("BLPOP", "list", "5", timeout=5)) is None:
        pass
    assert reply_again == [b"list", b"again"]


@pytest.mark.asyncio(loop_factories=["uvloop"])
async def test_attempts_to_connect_get_rarer_while_the_server_is_away(
    waiting: AsyncBlockingConnection, server: PrivateServer, proxy: FaultProxy
) -> None:
    await waiting.block("BLPOP", "list", "0.01", timeout=0.01)
    server.kill()
    loop = asyncio.get_running_loop()
    before, until = proxy.accepted, loop.time() + 2.0
    while loop.time() < until:
        assert await waiting.block("BLPOP", "list", "0.01", timeout=0.01) is None
    assert proxy.accepted - before < 25


async def test_a_cancelled_wait_takes_nothing_that_is_pushed_later(
    waiting: AsyncBlockingConnection, server: PrivateServer
) -> None:
    reply = asyncio.ensure_future(waiting.block("BLPOP", "list", "20", timeout=20))
    await until_blocked(server)
    reply.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reply
    assert waiting._connection is None
    await until_blocked(server, 0)
    server.client.lpush("list", "kept")
    assert server.client.llen("list") == 1
    assert await waiting.block("BLPOP", "list", "5", timeout=5) == [b"list", b"kept"]


async def test_closing_ends_a_wait_with_none(
    waiting: AsyncBlockingConnection, server: PrivateServer
) -> None:
    reply = asyncio.ensure_future(waiting.block("BLPOP", "list", "20", timeout=20))
    await until_blocked(server)
    await waiting.close()
    assert await reply is None
    with pytest.raises(ServerUnavailable, match="closed"):
        await waiting.block("BLPOP", "list", "1", timeout=1)


async def test_a_command_that_is_wrong_for_its_key_is_raised(
    waiting: AsyncBlockingConnection, server: PrivateServer
) -> None:
    server.client.set("list", "not a list")
    with pytest.raises(ProtocolError, match="WRONGTYPE"):
        await waiting.block("BLPOP", "list", "1", timeout=1)


async def test_a_wait_that_the_server_breaks_off_counts_as_a_loss(
    waiting: AsyncBlockingConnection, server: PrivateServer
) -> None:
    reply = asyncio.ensure_future(waiting.block("BLPOP", "list", "20", timeout=20))
    await until_blocked(server)
    waiter = next(c for c in server.client.client_list() if c["cmd"] == "blpop")
    server.client.client_unblock(int(waiter["id"]), error=True)
    assert await reply is None
    assert waiting.losses == 1


def test_a_thread_waits_and_gets_what_is_pushed(
    sync_waiting: ThreadBlockingConnection, server: PrivateServer
) -> None:
    server.client.lpush("list", "pushed")
    assert sync_waiting.block("BLPOP", "list", "5", timeout=5) == [b"list", b"pushed"]
    assert sync_waiting.block("BLPOP", "list", "0.05", timeout=0.05) is None
    assert sync_waiting.losses == 0


def test_a_thread_that_waits_on_a_frozen_server_comes_back(
    sync_waiting: ThreadBlockingConnection, server: PrivateServer
) -> None:
    sync_waiting.block("BLPOP", "list", "0.01", timeout=0.01)
    server.freeze()
    assert sync_waiting.block("BLPOP", "list", "0.1", timeout=0.1) is None
    let_go(server)
    assert sync_waiting.losses == 1
    server.client.lpush("list", "later")
    assert sync_waiting.block("BLPOP", "list", "5", timeout=5) == [b"list", b"later"]


def test_a_thread_that_waits_survives_the_death_of_the_server(
    sync_waiting: ThreadBlockingConnection, server: PrivateServer
) -> None:
    sync_waiting.block("BLPOP", "list", "0.01", timeout=0.01)
    server.kill()
    assert sync_waiting.block("BLPOP", "list", "1", timeout=1) is None
    server.start()
    server.client.lpush("list", "again")
    while (reply := sync_waiting.block("BLPOP", "list", "5", timeout=5)) is None:
        pass
    assert reply == [b"list", b"again"]


def test_another_thread_can_close_while_one_waits(
    sync_waiting: ThreadBlockingConnection, server: PrivateServer
) -> None:
    replies: list[object] = []

    def wait() -> None:
        replies.append(sync_waiting.block("BLPOP", "list", "60", timeout=60))

    thread = threading.Thread(target=wait)
    thread.start()
    while not server.client.info("clients")["blocked_clients"]:
        pass
    sync_waiting.close()
    thread.join(5)
    assert replies == [None]
