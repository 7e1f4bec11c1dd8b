"""A queue behind a proxy: clients go through the proxy, the bench goes around it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import pytest

from backbeat.engine.client import QueueClient
from backbeat.engine.sync_client import SyncQueueClient
from backbeat.engine.transport.multiplexed import MultiplexedTransport
from backbeat.engine.transport.sync import ThreadTransport
from backbeat.engine.transport.target import Target
from packages.backbeat.tests.support.loops import new_uvloop
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.queue_bench import QueueBench
from packages.backbeat.tests.support.servers import private_valkey


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """What both loops have in common is tested with the transport."""
    return {"uvloop": new_uvloop}


@pytest.fixture
def own_server() -> Iterator[PrivateServer]:
    """A server that the test may kill; it keeps what it has answered.

    With `everysec` it may answer before it writes while the disk is busy, and a kill loses that.
    """
    with private_valkey("--appendonly", "yes", "--appendfsync", "always") as server:
        yield server


@pytest.fixture
def bench(valkey: PrivateServer) -> QueueBench:
    """The queue as seen by the server, without proxy."""
    return QueueBench(valkey.client)


@pytest.fixture
def proxy(valkey: PrivateServer) -> Iterator[FaultProxy]:
    """A proxy in front of the shared server."""
    with FaultProxy(valkey.socket) as running:
        yield running


@pytest.fixture
async def transport(proxy: FaultProxy) -> AsyncIterator[MultiplexedTransport]:
    """A transport through the proxy."""
    opened = MultiplexedTransport(Target.parse(proxy.url), answer_timeout=1.0, patience=10.0)
    yield opened
    await opened.close()


@pytest.fixture
async def client(
    transport: MultiplexedTransport, bench: QueueBench, proxy: FaultProxy
) -> AsyncIterator[QueueClient]:
    """A client at the bench's time."""
    opened = QueueClient(transport, bench.keys, clock=lambda: bench.now_ms, patience=10.0)
    yield opened
    proxy.clear()
    proxy.drop()
    await opened.close()


@pytest.fixture
def sync_client(proxy: FaultProxy, bench: QueueBench) -> Iterator[SyncQueueClient]:
    """A client for threads at the bench's time."""
    transport = ThreadTransport(Target.parse(proxy.url), answer_timeout=1.0, patience=10.0)
    yield SyncQueueClient(transport, bench.keys, clock=lambda: bench.now_ms, patience=10.0)
    transport.close()
