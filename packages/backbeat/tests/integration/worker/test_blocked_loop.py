"""A handler that blocks the event loop is named, overtaken, and in the end left behind."""

import asyncio
import logging
import threading
import time

import pytest

from backbeat import Backbeat, Job, Retry
from backbeat.engine.transport.base import SyncTransport
from backbeat.errors import ServerUnavailable
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, working


async def test_the_job_and_its_line_are_named(
    app: Backbeat, caplog: pytest.LogCaptureFixture
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def blocks() -> None:
        time.sleep(0.4)  # noqa: ASYNC251 - that is what is tested

    with caplog.at_level(logging.WARNING, "backbeat.worker.watchdog"):
        async with working(app, block_warning=0.1):
            handle = await blocks.enqueue()
            await ended(queue, handle.id)
    warning = caplog.records[0].getMessage()
    assert warning.startswith(f"job {handle.id} (blocks) blocks the event loop")
    assert "test_blocked_loop.py" in warning


async def test_an_overdue_job_is_ended_although_the_loop_is_blocked(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")
    release = threading.Event()
    rescued: list[str] = []

    @queue.job(timeout=0.1, retry=Retry(attempts=2, delay=0))
    async def blocks(job: Job) -> str:
        if job.attempt == 1:
            release.wait(10)
        return f"attempt {job.attempt}"

    def rescue() -> None:
        """Another worker, in another loop: it must get the job while ours is stuck."""

        async def run() -> None:
            other = Backbeat(server.url, namespace=namespace)
            remote = other.queue("q").job(name="blocks", retry=Retry(attempts=2, delay=0))(_second)
            async with other, working(other):
                rescued.append(await remote.handle(handle.id).result(8))

        try:
            asyncio.run(run())
        finally:
            release.set()

    async with working(app, block_warning=0.1, cancel_grace=0.1, concurrency=1):
        handle = await blocks.enqueue()
        rescuer = threading.Thread(target=rescue)
        rescuer.start()
        info = await ended(queue, handle.id)
        await asyncio.to_thread(rescuer.join)
    assert rescued == ["rescued in attempt 2"]
    assert info.result == "rescued in attempt 2"
    assert [attempt.message for attempt in info.history] == [
        "it ran longer than its timeout and blocked the event loop"
    ]


async def test_an_overdue_job_is_ended_at_the_next_look_where_the_server_was_away(
    app: Backbeat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    queue = app.queue("q")
    release = threading.Event()
    separate, failed = app.connections.separate, list[str]()

    def away_at_first() -> SyncTransport:
        if threading.current_thread().name == "backbeat-watchdog" and not failed:
            failed.append("once")
            raise ServerUnavailable("away")
        return separate()

    monkeypatch.setattr(app.connections, "separate", away_at_first)

    @queue.job(timeout=0.1)
    async def blocks() -> None:
        end = time.monotonic() + 5
        while "was ended" not in caplog.text and time.monotonic() < end:
            release.wait(0.01)

    async with working(app, block_warning=0.1, cancel_grace=0.1):
        info = await ended(queue, (await blocks.enqueue()).id)
    assert failed == ["once"]
    assert info.error is not None
    assert info.error.reason == "timeout"
    assert caplog.text.count("was ended: it blocks the event loop") == 1


async def test_the_lease_of_a_dead_loop_is_not_renewed(
    app: Backbeat, server: PrivateServer, namespace: str, caplog: pytest.LogCaptureFixture
) -> None:
    queue = app.queue("q")
    release = threading.Event()
    rescued: list[str] = []

    @queue.job(name="blocks")
    async def blocks(job: Job) -> str:
        release.wait(10)
        return f"in vain, attempt {job.attempt}"

    def rescue() -> None:
        async def run() -> None:
            other = Backbeat(server.url, namespace=namespace)
            remote = other.queue("q").job(name="blocks")(_second)
            async with other, working(other):
                rescued.append(await remote.handle(handle.id).result(8))

        try:
            asyncio.run(run())
        finally:
            release.set()

    async with working(app, lease=0.6, kill_after=0.3, concurrency=1):
        handle = await blocks.enqueue()
        rescuer = threading.Thread(target=rescue)
        rescuer.start()
        info = await ended(queue, handle.id)
        await asyncio.to_thread(rescuer.join)
    assert rescued == ["rescued in attempt 1"]
    assert info.result == "rescued in attempt 1"
    assert [attempt.outcome for attempt in info.history] == ["stalled"]
    assert "is dead: it is not renewed any more" in caplog.text


async def _second(job: Job) -> str:
    return f"rescued in attempt {job.attempt}"
