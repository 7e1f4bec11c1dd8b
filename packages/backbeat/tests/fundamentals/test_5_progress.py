"""Watching a job while it runs."""

import asyncio

from backbeat import Backbeat, Job, Worker


async def test_a_job_says_how_far_it_is(app: Backbeat) -> None:
    seen = asyncio.Event()

    @app.queue("imports").job()
    async def import_rows(job: Job, rows: int) -> int:
        job.log(f"{rows} rows to read")
        job.progress(50, "half of it")
        await seen.wait()
        return rows

    handle = await import_rows.enqueue(1_000)
    async with Worker(app):
        # The events of a job end with its end.
        async for event in handle.events():
            if event.kind == "progress":
                seen.set()
        assert await handle.result() == 1_000
    assert await handle.logs() == ["1000 rows to read"]
