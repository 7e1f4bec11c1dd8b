"""What handlers may ask for: their job, dependencies, middleware around them, a lifespan."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from backbeat import Backbeat, Depends, Job, State
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, working

if TYPE_CHECKING:
    from backbeat.app import JobEvent

log: list[str] = []


def connection() -> Iterator[str]:
    log.append(f"opened in {threading.current_thread().name}")
    yield "a connection"
    log.append("closed")


async def account(link: str = Depends(connection)) -> AsyncIterator[str]:
    yield f"an account over {link}"
    log.append("account done")


async def test_a_handler_sees_its_job(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def look(job: Job, word: str) -> dict[str, Any]:
        assert job is Job.current()
        return {
            "id": job.id,
            "name": job.name,
            "queue": job.queue,
            "attempt": job.attempt,
            "attempts": job.attempts,
            "fence": job.fence,
            "key": job.idempotency_key(word),
        }

    async with working(app):
        handle = await look.enqueue("charge")
        seen = await handle.result(5)
        again = await look.enqueue("charge")
        other = await again.result(5)
    assert (seen["id"], seen["name"], seen["queue"]) == (handle.id, "look", "q")
    assert (seen["attempt"], seen["attempts"]) == (1, 1)
    assert other["fence"] > seen["fence"] > 0
    assert other["key"] != seen["key"]


async def test_every_job_of_a_batch_sees_itself(app: Backbeat) -> None:
    queue = app.queue("q")
    seen: dict[str, str] = {}

    @queue.job()
    async def remember(name: str) -> None:
        await asyncio.sleep(0)
        seen[name] = Job.current().id

    handles = await queue.add_many([remember.call(str(number)) for number in range(50)])
    async with working(app):
        await ended(queue, handles[-1].id)
    assert [seen[str(number)] for number in range(50)] == [handle.id for handle in handles]


async def test_dependencies_are_made_and_cleaned_up(app: Backbeat) -> None:
    log.clear()
    queue = app.queue("q")

    @queue.job()
    async def use(word: str, link: str = Depends(connection), who: str = Depends(account)) -> str:
        log.append("handler")
        return f"{word}: {link}, {who}"

    async with working(app):
        result = await (await use.enqueue("here")).result(5)
    assert result == "here: a connection, an account over a connection"
    assert log == ["opened in MainThread", "handler", "account done", "closed"]


async def test_blocking_handlers_get_blocking_dependencies_in_their_thread(app: Backbeat) -> None:
    log.clear()
    queue = app.queue("q")

    @queue.job()
    def use(job: Job, link: str = Depends(connection)) -> str:
        log.append(f"{job.name} in {threading.current_thread().name}")
        return link

    async with working(app):
        assert await (await use.enqueue()).result(5) == "a connection"
    thread = log[0].removeprefix("opened in ")
    assert thread.startswith("backbeat-job-")
    assert log == [f"opened in {thread}", f"use in {thread}", "closed"]


async def test_middlewares_wrap_every_handler_the_first_one_outermost(app: Backbeat) -> None:
    queue = app.queue("q")
    calls: list[str] = []

    @app.middleware
    async def outer(job: Job, call_next: Callable[[], Awaitable[Any]]) -> Any:
        calls.append(f"outer before {job.name}")
        result = await call_next()
        calls.append("outer after")
        return f"{result}!"

    @app.middleware
    async def inner(job: Job, call_next: Callable[[], Awaitable[Any]]) -> Any:
        calls.append(f"inner before attempt {job.attempt}")
        return await call_next()

    @queue.job()
    async def greet(name: str) -> str:
        calls.append("handler")
        return f"Hello {name}"

    @queue.job()
    def greet_blocking(name: str) -> str:
        return f"Hello {name}"

    async with working(app):
        assert await (await greet.enqueue("Ada")).result(5) == "Hello Ada!"
        assert await (await greet_blocking.enqueue("Bob")).result(5) == "Hello Bob!"
    assert calls[:4] == ["outer before greet", "inner before attempt 1", "handler", "outer after"]


async def test_the_lifespan_is_entered_once_and_left_at_the_end(
    server: PrivateServer, namespace: str
) -> None:
    life: list[str] = []

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[dict[str, str]]:
        life.append("begun")
        yield {"pool": "of connections"}
        life.append("ended")

    app = Backbeat(server.url, namespace=namespace, lifespan=lifespan)
    queue = app.queue("q")

    @queue.job()
    async def look(job: Job) -> str:
        assert life == ["begun"]
        return str(job.state["pool"])

    async with app, working(app):
        for _ in range(2):
            assert await (await look.enqueue()).result(5) == "of connections"
    assert life == ["begun", "ended"]


async def test_progress_is_sent_while_the_job_runs_the_newest_wins(app: Backbeat) -> None:
    queue = app.queue("q")
    go_on = asyncio.Event()

    @queue.job()
    async def work(job: Job) -> str:
        for percent in range(50):
            job.progress(percent, "half of it")
        await go_on.wait()
        return "done"

    async with working(app):
        handle = await work.enqueue()
        events: list[JobEvent] = []
        async for event in handle.events():
            events.append(event)
            go_on.set()
    assert [event.kind for event in events] == ["progress", "completed"]
    assert events[0].progress is not None
    assert (events[0].progress.value, events[0].progress.message) == (49, "half of it")


async def test_the_last_words_of_a_job_arrive_before_its_end(app: Backbeat) -> None:
    queue = app.queue("q")

    @queue.job()
    async def talk(job: Job) -> str:
        for number in range(5):
            job.log(f"line {number}")
        job.progress({"done": 5})
        return "said"

    @queue.job()
    def talk_in_thread(job: Job) -> None:
        job.log("from a thread")
        job.progress(100)

    async with working(app):
        handle = await talk.enqueue()
        threaded = await talk_in_thread.enqueue()
        await handle.result(5)
        assert list(await handle.logs()) == [f"line {number}" for number in range(5)]
        progress = (await handle.info()).progress
        info = await ended(queue, threaded.id)
        assert list(await threaded.logs()) == ["from a thread"]
    assert progress is not None
    assert progress.value == {"done": 5}
    assert info.state is State.COMPLETED
    assert info.progress is not None
    assert info.progress.value == 100
