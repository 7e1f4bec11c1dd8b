"""One worker is paused from another process: the others go on, and so does what it runs."""

import asyncio

import pytest

from backbeat import Backbeat
from backbeat.errors import WorkerNotFound
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import until, working


@pytest.mark.parametrize("face", ["async", "sync"])
async def test_a_worker_is_paused_and_resumed_from_elsewhere(
    app: Backbeat, server: PrivateServer, namespace: str, face: str
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def job() -> str:
        return "done"

    elsewhere = Backbeat(server.url, namespace=namespace)
    there = elsewhere.queue("q")
    async with elsewhere, working(app) as worker:
        (known,) = await there.workers()
        lane = worker._lanes[0]
        if face == "async":
            await there.pause_worker(known.number)
        else:
            await asyncio.to_thread(there.sync.pause_worker, known.number)
        await until(lambda: not lane.listening)
        handle = await job.enqueue()
        with pytest.raises(TimeoutError):
            await handle.result(0.1)
        if face == "async":
            await there.resume_worker(known.number)
        else:
            await asyncio.to_thread(there.sync.resume_worker, known.number)
        assert await handle.result(5) == "done"
        elsewhere.sync.close()


async def test_a_worker_that_is_not_there_cannot_be_paused(app: Backbeat) -> None:
    queue = app.queue("q")

    with pytest.raises(WorkerNotFound, match="has no such worker"):
        await queue.pause_worker(7)
    with pytest.raises(WorkerNotFound):
        await queue.resume_worker(7)
