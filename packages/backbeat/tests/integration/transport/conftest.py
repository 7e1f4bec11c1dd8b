"""A private server, a proxy in front of it, and both kinds of event loop."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import pytest

from backbeat.engine.transport.multiplexed import MultiplexedTransport
from backbeat.engine.transport.sync import ThreadTransport
from backbeat.engine.transport.target import Target
from packages.backbeat.tests.support.loops import new_uvloop
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Every async test here runs on both loops."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": new_uvloop}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="bb-") as name:
        yield Path(name)


@pytest.fixture
def server(folder: Path) -> Iterator[PrivateServer]:
    """A server that the test may kill and freeze."""
    with PrivateServer(folder) as running:
        yield running


@pytest.fixture
def proxy(server: PrivateServer) -> Iterator[FaultProxy]:
    """A proxy in front of the server."""
    with FaultProxy(server.socket) as running:
        yield running


@pytest.fixture
async def transport(proxy: FaultProxy) -> AsyncIterator[MultiplexedTransport]:
    """The async transport, through the proxy."""
    opened = MultiplexedTransport(Target.parse(proxy.url), answer_timeout=1.0, patience=10.0)
    yield opened
    await opened.close()


@pytest.fixture
def sync_transport(proxy: FaultProxy) -> Iterator[ThreadTransport]:
    """The blocking transport, through the proxy."""
    opened = ThreadTransport(Target.parse(proxy.url), answer_timeout=1.0, patience=10.0)
    yield opened
    opened.close()
