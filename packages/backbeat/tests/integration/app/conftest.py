"""An application on the shared server, a queue with handlers, and a worker of a few lines."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from backbeat import Backbeat, Handler, Job, Queue
from backbeat.app.operations import Operations
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.tiny_worker import TinyWorker


@dataclass
class Report:
    """What `analyze` gives."""

    total: int


@dataclass
class Shop:
    """An application with one queue.

    Attributes:
        app: The application.
        queue: Its queue.
        analyze: A handler that takes arguments and gives a Report.
        ping: A handler without either.
    """

    app: Backbeat
    queue: Queue
    analyze: Handler[..., Report]
    ping: Handler[..., None]


def a_shop(url: str, queue: str = "shop") -> Shop:
    """An application with one queue."""
    app = Backbeat(url, namespace="bb")
    declared = app.queue(queue)

    @declared.job("analyze-pnl")
    async def analyze(job: Job, wallet: str, *, force: bool = False) -> Report:
        return Report(len(wallet) + force)

    @declared.job()
    def ping() -> None: ...

    return Shop(app, declared, analyze, ping)


async def watched(queue: Operations) -> set[str]:
    """Ids of the jobs that somebody waits for."""
    connection = await queue.connection()
    reply = await connection.transport.execute("HKEYS", connection.keys(queue.name).key("watchers"))
    assert isinstance(reply, list)
    return {job_id.decode() for job_id in reply if isinstance(job_id, bytes)}


@pytest.fixture
async def shop(valkey: PrivateServer) -> AsyncIterator[Shop]:
    """An application with one queue, on an empty server."""
    shop = a_shop(valkey.url)
    yield shop
    await shop.app.close()
    shop.app.sync.close()


@pytest.fixture
def worker(valkey: PrivateServer, shop: Shop) -> TinyWorker:
    """A worker of a few lines on the shop's queue."""
    return TinyWorker(valkey, shop.queue)
