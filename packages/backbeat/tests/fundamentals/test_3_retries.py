"""What fails is tried again, if you say so."""

import pytest

from backbeat import Backbeat, Job, JobFailed, Permanent, Retry, Worker


async def test_a_job_that_fails_is_tried_again(app: Backbeat) -> None:
    # Three attempts, 10 ms apart. `Retry.exponential` makes the pauses grow.
    @app.queue("calls").job(retry=Retry.fixed(attempts=3, delay=0.01))
    async def call(job: Job) -> str:
        if job.attempt < 3:
            raise ConnectionError("no answer")
        return f"answered at attempt {job.attempt}"

    handle = await call.enqueue()
    async with Worker(app):
        assert await handle.result(timeout=10) == "answered at attempt 3"
    # What happened before is written down.
    attempts = (await handle.info()).history
    assert [attempt.message for attempt in attempts] == ["no answer", "no answer"]


async def test_some_errors_are_for_good(app: Backbeat) -> None:
    @app.queue("calls").job(retry=Retry.fixed(attempts=3, delay=0.01))
    async def call() -> None:
        raise Permanent("the number does not exist")

    handle = await call.enqueue()
    async with Worker(app):
        with pytest.raises(JobFailed, match="does not exist") as failure:
            await handle.result(timeout=10)
    assert failure.value.attempts == 1
