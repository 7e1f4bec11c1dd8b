"""A gateway on a real server and a real port, and clients of both kinds."""

from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat, Queue
from packages.backbeat.tests.support.gateway import Gateway, gateway
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.tiny_worker import TinyWorker


@pytest.fixture
async def app(valkey: PrivateServer) -> AsyncIterator[Backbeat]:
    """An application on an empty server, with a queue that tells everything."""
    app = Backbeat(valkey.url, namespace="bb")
    queue = app.queue("work", events="all")
    app.queue("other")
    app.queue("silent", events="none")

    @queue.job()
    async def do(n: int = 0) -> None: ...

    await queue.configure()
    yield app
    await app.close()


@pytest.fixture
def queue(app: Backbeat) -> Queue:
    """The queue that tells everything."""
    return app.queue("work")


@pytest.fixture
def worker(valkey: PrivateServer, queue: Queue) -> TinyWorker:
    """A worker of a few lines on it."""
    return TinyWorker(valkey, queue)


@pytest.fixture
async def served(app: Backbeat) -> AsyncIterator[Gateway]:
    """A gateway in this process."""
    async with gateway(app) as served:
        yield served
