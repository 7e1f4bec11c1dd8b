"""A running job is cancelled from anywhere: asked first where force does harm, then forced."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest

from backbeat import Backbeat, Job, JobCancelled, State
from backbeat.engine.calls.tick import Claim
from backbeat.engine.keys import QueueKeys
from backbeat.worker.pools.threads import Abandoned
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, is_in, until, working


@pytest.fixture
async def elsewhere(server: PrivateServer, namespace: str) -> AsyncIterator[Backbeat]:
    """The same queues, as another process sees them."""
    app = Backbeat(server.url, namespace=namespace)
    app.queue("q")
    async with app:
        yield app


async def test_a_coroutine_is_interrupted_with_the_reason_of_who_asked(
    app: Backbeat, elsewhere: Backbeat
) -> None:
    queue = app.queue("q")
    seen: list[bool] = []

    @queue.job()
    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append(Job.current().cancel_requested)

    async with working(app):
        handle = await endless.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        assert await elsewhere.queue("q").cancel(handle.id, "the user left") == "flagged"
        with pytest.raises(JobCancelled, match="the user left"):
            await handle.result(5)
    assert seen == [True]


async def test_a_busy_worker_hears_of_it_too(app: Backbeat, elsewhere: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def endless() -> None:
        await asyncio.Event().wait()

    async with working(app, concurrency=1, grace=0.05):
        handle = await endless.enqueue()
        await endless.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        await asyncio.sleep(1.1)  # after a second without rest it waits for its mail only
        await elsewhere.queue("q").cancel(handle.id, "enough")
        assert (await ended(queue, handle.id)).state is State.CANCELLED


async def test_what_finished_first_has_finished(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def saves_itself() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "done all the same"
        return ""

    async with working(app):
        handle = await saves_itself.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        await queue.cancel(handle.id)
        assert await handle.result(5) == "done all the same"


async def test_a_thread_is_asked_first(app: Backbeat) -> None:
    queue = app.queue("q")
    asked = threading.Event()

    @queue.job()
    def polite(job: Job) -> str:
        while not job.cancel_requested:
            time.sleep(0.002)
        asked.set()
        return "stopped by itself"

    async with working(app, cancel_grace=5):
        handle = await polite.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        await queue.cancel(handle.id, "please")
        assert await handle.result(5) == "stopped by itself"
    assert asked.is_set()


async def test_a_thread_that_does_not_listen_is_forced(app: Backbeat) -> None:
    queue = app.queue("q")
    forced = threading.Event()

    @queue.job()
    def deaf() -> None:
        try:
            while True:
                time.sleep(0.001)
        except Abandoned:
            forced.set()
            raise

    async with working(app, cancel_grace=0.05):
        handle = await deaf.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        await queue.cancel(handle.id, "now")
        with pytest.raises(JobCancelled, match="now"):
            await handle.result(5)
        assert await asyncio.to_thread(forced.wait, 5)


async def test_a_coroutine_that_swallows_it_is_cancelled_all_the_same(app: Backbeat) -> None:
    queue = app.queue("q")
    release = asyncio.Event()

    @queue.job()
    async def deaf() -> str:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return "too late"

    async with working(app, cancel_grace=0.05):
        handle = await deaf.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        await queue.cancel(handle.id, "now")
        info = await ended(queue, handle.id)
        release.set()
    assert (info.state, info.cancel_reason) == (State.CANCELLED, "now")


async def test_a_lost_letter_comes_with_the_next_renewal(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")

    @queue.job()
    async def endless() -> None:
        await asyncio.Event().wait()

    async with working(app, lease=0.6):
        handle = await endless.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        # The request is noted; the letter to the worker never arrives.
        keys = QueueKeys(namespace, "q")
        server.client.hset(keys.key("cancels"), handle.id, '{"reason":"lost letter"}')
        server.client.hset(keys.key("meta"), "hints", "cancels,")
        info = await ended(queue, handle.id)
    assert info.cancel_reason == "lost letter"


async def test_a_letter_to_an_earlier_attempt_is_not_for_a_later_one(
    app: Backbeat, server: PrivateServer, namespace: str
) -> None:
    queue = app.queue("q")
    go_on = asyncio.Event()
    heard: list[str] = []

    @queue.job()
    async def waits() -> str:
        await go_on.wait()
        return "not cancelled"

    async with working(app) as worker:
        lane = worker._lanes[0]
        cancel = lane.cancel

        def hear(job_id: str, ticket: int, reason: bytes) -> None:
            heard.append(job_id)
            cancel(job_id, ticket, reason)

        lane.cancel = hear  # type: ignore[method-assign] # to know when the letter was read
        handle = await waits.enqueue()
        await is_in(queue, handle.id, State.ACTIVE)
        before = lane.runs.running[handle.id].ticket - 1
        letter = f'cancel|{handle.id}|{before}|{{"reason":"late"}}'
        server.client.rpush(QueueKeys(namespace, "q").mailbox(lane.worker_number), letter)
        await until(lambda: bool(heard))
        go_on.set()
        assert await handle.result(5) == "not cancelled"


async def test_a_letter_that_is_faster_than_its_attempt_is_kept_for_it(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def endless() -> None:
        await asyncio.Event().wait()

    async with working(app) as worker:
        lane = worker._lanes[0]
        launch = lane.attempts.launch

        def hear_first(claim: Claim) -> None:
            lane.cancel(claim.jobs[0][0], claim.ticket, b'{"reason":"at once"}')
            launch(claim)

        lane.attempts.launch = hear_first  # type: ignore[method-assign] # mail is faster
        info = await ended(queue, (await endless.enqueue()).id)
    assert (info.state, info.cancel_reason) == (State.CANCELLED, "at once")
