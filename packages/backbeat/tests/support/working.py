"""Workers in tests: started and known to the server, stopped at the end, quick in all they do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from backbeat import Backbeat, JobInfo, Queue, State
from backbeat.worker import Worker

PATIENCE_S: Final = 10.0


@asynccontextmanager
async def working(app: Backbeat, **options: Any) -> AsyncIterator[Worker]:
    """A worker that has its place in all queues."""
    worker = Worker(app, **{"grace": 5.0, "cancel_grace": 0.2, **options})
    async with worker:
        async with asyncio.timeout(PATIENCE_S):
            await worker.ready()
        yield worker


async def ended(queue: Queue, job_id: str) -> JobInfo:
    """The job once it has ended."""
    return await reaches(queue, job_id, lambda info: info.finished_at is not None)


async def is_in(queue: Queue, job_id: str, state: State) -> JobInfo:
    """The job once it is in that state."""
    return await reaches(queue, job_id, lambda info: info.state is state)


async def reaches(queue: Queue, job_id: str, condition: Callable[[JobInfo], bool]) -> JobInfo:
    """The job once it fulfils the condition; the server tells no one of every change."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition(info := await queue.get(job_id)):  # noqa: ASYNC110 - the server tells no one
            await asyncio.sleep(0.005)
    return info


async def until(condition: Callable[[], bool]) -> None:
    """Return once the condition holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - what is watched tells no one
            await asyncio.sleep(0.002)
