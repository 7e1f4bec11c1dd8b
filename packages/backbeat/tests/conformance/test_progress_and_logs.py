"""What a job says while it runs."""

import asyncio

import pytest

from backbeat import Backbeat, Job
from backbeat.testing import drain


async def test_the_last_progress_is_what_is_known_of_the_job(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def count(job: Job) -> None:
        for part in range(0, 101, 10):
            job.progress(part, f"{part} of 100")

    handle = await count.enqueue()
    await drain(app)
    progress = (await handle.info()).progress
    assert progress is not None
    assert (progress.value, progress.message) == (100, "100 of 100")


async def test_progress_can_be_an_object(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def count(job: Job) -> None:
        job.progress({"done": 3, "of": 7})

    handle = await count.enqueue()
    await drain(app)
    progress = (await handle.info()).progress
    assert progress is not None
    assert progress.value == {"done": 3, "of": 7}


async def test_progress_can_be_seen_while_the_job_runs(app: Backbeat) -> None:
    queue = app.queue("work")
    seen = asyncio.Event()

    @queue.job()
    async def wait(job: Job) -> None:
        job.progress(50)
        await seen.wait()

    handle = await wait.enqueue()
    kinds: list[str] = []

    async def look() -> None:
        async for event in handle.events():
            kinds.append(event.kind)
            if event.kind == "progress":
                seen.set()

    looking = asyncio.create_task(look())
    await asyncio.gather(drain(app), looking)
    assert kinds[-2:] == ["progress", "completed"]


async def test_log_lines_are_kept_in_their_order(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def talk(job: Job) -> None:
        for n in range(5):
            job.log(f"line {n}")

    handle = await talk.enqueue()
    await drain(app)
    assert list(await handle.logs()) == [f"line {n}" for n in range(5)]


async def test_a_thread_may_speak_too(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    def talk(job: Job) -> None:
        job.log("from a thread")
        job.progress(1)

    handle = await talk.enqueue()
    await drain(app)
    assert list(await handle.logs()) == ["from a thread"]
    assert (await handle.info()).progress is not None


async def test_no_more_than_a_thousand_lines_stay(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def talk(job: Job, lines: int) -> None:
        for n in range(lines):
            job.log(f"{job.attempt}.{n}")
        if job.attempt == 1:
            raise ValueError

    for lines in (600, 1_500):
        handle = await talk.options(attempts=2).enqueue(lines)
        await drain(app, delayed=True)
        kept = await handle.logs()
        assert len(kept) == 1_000
        assert kept[-1] == f"2.{lines - 1}"


async def test_a_long_line_is_cut(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def talk(job: Job) -> None:
        job.log("x" * 10_000)

    handle = await talk.enqueue()
    await drain(app)
    [line] = await handle.logs()
    assert len(line) == 4_096


async def test_the_words_of_a_job_go_with_it(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def talk(job: Job) -> None:
        job.log("soon gone")
        job.progress(1)

    handle = await talk.options(id="a").enqueue()
    await drain(app)
    await handle.remove()
    again = await talk.options(id="a").enqueue()
    assert list(await again.logs()) == []
    assert (await again.info()).progress is None


@pytest.mark.parametrize("attempts", [2])
async def test_the_lines_of_all_attempts_are_kept(app: Backbeat, attempts: int) -> None:
    queue = app.queue("work")

    @queue.job()
    async def talk(job: Job) -> None:
        job.log(f"attempt {job.attempt}")
        if job.attempt < attempts:
            raise ValueError

    handle = await talk.options(attempts=attempts).enqueue()
    await drain(app, delayed=True)
    assert list(await handle.logs()) == ["attempt 1", "attempt 2"]
