"""The same from code without an event loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from backbeat import Backbeat, InvalidPayload, JobFailed, JobNotFound, State
from backbeat.testing import drain

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """Run blocking code as a program without an event loop would."""
    return await asyncio.to_thread(work)


async def test_a_job_is_enqueued_and_its_result_is_had(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def double(n: int) -> int:
        return 2 * n

    handle = await in_thread(lambda: double.sync.enqueue(21))
    assert handle.created
    await drain(app)
    assert await in_thread(lambda: handle.result(timeout=30)) == 42


async def test_options_are_the_same(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    handle = await in_thread(do.options(delay=60, id="later").sync.enqueue)
    assert handle.id == "later"
    assert await in_thread(handle.state) is State.DELAYED
    assert (await in_thread(do.options(id="later").sync.enqueue)).existing


async def test_a_queue_answers_and_obeys(app: Backbeat) -> None:
    queue = app.queue("work").sync
    await in_thread(lambda: queue.add("do", {"n": 1}, id="a"))
    await in_thread(lambda: queue.add_many([("do", {"n": n}) for n in range(2, 4)]))
    assert (await in_thread(lambda: queue.get("a"))).arguments == {"n": 1}
    assert (await in_thread(queue.counts)).waiting == 3
    await in_thread(queue.pause)
    assert (await in_thread(queue.counts)).paused
    await in_thread(queue.resume)
    assert (await in_thread(lambda: queue.remove("a"))).count == 1
    with pytest.raises(JobNotFound):
        await in_thread(lambda: queue.get("a"))


async def test_a_failed_job_raises_what_went_wrong(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def fail() -> None:
        raise LookupError("nothing there")

    handle = await in_thread(fail.sync.enqueue)
    await drain(app)
    with pytest.raises(JobFailed, match="nothing there"):
        await in_thread(lambda: handle.result(timeout=30))


async def test_a_wrong_argument_is_refused(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do(n: int) -> None: ...

    with pytest.raises(InvalidPayload, match="n"):
        do.sync.enqueue("one")  # type: ignore[arg-type] # what is refused


async def test_threads_add_at_the_same_time(app: Backbeat) -> None:
    queue = app.queue("work")
    handles = await asyncio.gather(
        *(in_thread(lambda n=n: queue.sync.add("do", {"n": n})) for n in range(50))  # type: ignore[misc] # the default is the value
    )
    assert len({handle.id for handle in handles}) == 50
    assert (await queue.counts()).waiting == 50
