"""Limits: jobs at once over all workers, jobs in a queue, bytes of a job."""

import asyncio

import pytest

from backbeat import Backbeat, InvalidOption, PayloadTooLarge, QueueFull
from backbeat.testing import FakeClock, drain


async def test_no_more_jobs_run_at_once_than_the_queue_allows(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("work", max_running=3)
    running, most = 0, 0

    @queue.job()
    async def do(n: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await clock.sleep(1)
        running -= 1

    await queue.add_many([do.call(n) for n in range(12)])
    assert len(await drain(app, concurrency=10)) == 12
    assert most == 3


async def test_the_limit_of_running_jobs_counts_all_workers_together(app: Backbeat) -> None:
    queue = app.queue("work", max_running=1)
    began, go_on = asyncio.Event(), asyncio.Event()

    @queue.job()
    async def do(n: int) -> None:
        began.set()
        await go_on.wait()

    for n in range(2):
        await do.enqueue(n)
    first = asyncio.create_task(drain(app))
    await began.wait()
    assert await drain(app) == []
    go_on.set()
    assert len(await first) == 2


async def test_a_job_that_is_held_back_by_the_limit_says_so(app: Backbeat) -> None:
    queue = app.queue("work", max_running=1)
    reasons: list[str | None] = []

    @queue.job()
    async def look(other: str) -> None:
        reasons.append((await queue.get(other)).reason)

    await look.options(id="a").enqueue("b")
    await look.options(id="b").enqueue("b")
    await drain(app, concurrency=2)
    assert reasons[0] == "limit"


async def test_a_full_queue_refuses_and_keeps_what_it_has(app: Backbeat) -> None:
    queue = app.queue("work", max_jobs=3)
    await queue.configure()
    await queue.add("do", {})
    await queue.add("do", {}, delay=60)
    await queue.add("do", {}, priority=9)
    with pytest.raises(QueueFull) as refusal:
        await queue.add("do", {})
    assert refusal.value.queue == "work"
    counts = await queue.counts()
    assert (counts.waiting, counts.delayed) == (2, 1)


async def test_a_full_queue_still_knows_the_ids_it_has(app: Backbeat) -> None:
    queue = app.queue("work", max_jobs=1)
    await queue.configure()
    await queue.add("do", {}, id="a")
    assert (await queue.add("do", {}, id="a")).existing


async def test_an_ended_job_makes_room(app: Backbeat) -> None:
    queue = app.queue("work", max_jobs=1)
    await queue.configure()

    @queue.job()
    async def do() -> None: ...

    await do.enqueue()
    await drain(app)
    assert (await do.enqueue()).created


async def test_one_that_does_not_fit_does_not_spoil_the_others(app: Backbeat) -> None:
    queue = app.queue("work", max_jobs=5)
    await queue.configure()
    answers = await asyncio.gather(
        *(queue.add("do", {"n": n}) for n in range(8)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, QueueFull)]
    assert (len(refused), (await queue.counts()).waiting) == (3, 5)


async def test_a_payload_up_to_the_limit_is_taken_and_runs(app: Backbeat) -> None:
    queue = app.queue("work")
    limit = app.settings.max_payload_bytes

    @queue.job()
    async def measure(data: str) -> int:
        return len(data)

    overhead = len('{"data":""}')
    handle = await measure.enqueue("x" * (limit - overhead))
    await drain(app)
    assert await handle.result() == limit - overhead


async def test_a_larger_payload_is_refused_with_both_sizes(app: Backbeat) -> None:
    queue = app.queue("work")
    limit = app.settings.max_payload_bytes
    with pytest.raises(PayloadTooLarge) as refusal:
        await queue.add("measure", {"data": "x" * limit})
    assert (refusal.value.size, refusal.value.limit) == (limit + len('{"data":""}'), limit)
    assert (await queue.counts()).waiting == 0


@pytest.mark.parametrize("option", ["max_running", "max_jobs", "concurrency", "max_stalled"])
async def test_a_limit_below_one_is_refused(app: Backbeat, option: str) -> None:
    with pytest.raises(InvalidOption, match=option):
        app.queue("work", **{option: 0})  # type: ignore[arg-type] # each takes a number
