"""Changing your mind."""

import asyncio

import pytest

from backbeat import Backbeat, JobCancelled, State, Worker


async def test_a_waiting_job_is_cancelled_at_once(app: Backbeat) -> None:
    handle = await app.queue("mail").add("newsletter", {"to": "everybody"})
    await handle.cancel("there was a typing error")
    info = await handle.info()
    assert (info.state, info.cancel_reason) == (State.CANCELLED, "there was a typing error")


async def test_a_running_job_is_interrupted(app: Backbeat) -> None:
    began = asyncio.Event()

    @app.queue("mail").job()
    async def newsletter() -> None:
        began.set()
        await asyncio.sleep(3600)

    handle = await newsletter.enqueue()
    async with Worker(app):
        await began.wait()
        await handle.cancel()
        with pytest.raises(JobCancelled):
            await handle.result(timeout=10)
