"""Results: typed, waited for, and never a hang where there will be none."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from backbeat import Backbeat, JobFailed, Keep, ResultNotKept
from backbeat.testing import drain


@dataclass
class Report:
    """A result with a type of its own."""

    total: Decimal
    at: datetime
    lines: list[str]


async def test_a_result_comes_back_as_its_type(app: Backbeat) -> None:
    queue = app.queue("work")
    made = Report(Decimal("1.10"), datetime(2030, 1, 1, tzinfo=UTC), ["a", "b"])

    @queue.job()
    async def report() -> Report:
        return made

    handle = await report.enqueue()
    await drain(app)
    assert await handle.result() == made


async def test_a_handler_that_returns_nothing_gives_none(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    handle = await do.enqueue()
    await drain(app)
    assert await handle.result() is None  # type: ignore[func-returns-value] # what is asked


async def test_who_waits_for_a_result_is_told_when_it_comes(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def double(n: int) -> int:
        return 2 * n

    handles = [await double.enqueue(n) for n in range(20)]
    waiting = asyncio.gather(*(handle.result(timeout=30) for handle in handles))
    await asyncio.sleep(0)
    await drain(app)
    assert await waiting == [2 * n for n in range(20)]


async def test_a_result_that_does_not_come_in_time_is_a_timeout(app: Backbeat) -> None:
    handle = await app.queue("work").add("never", {})
    with pytest.raises(TimeoutError):
        await handle.result(timeout=0.01)


async def test_who_gave_up_can_wait_again(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> str:
        return "done"

    handle = await do.enqueue()
    with pytest.raises(TimeoutError):
        await handle.result(timeout=0.01)
    waiting = asyncio.create_task(handle.result(timeout=5))
    await asyncio.sleep(0)
    await drain(app)
    assert await waiting == "done"


async def test_a_failed_job_raises_what_went_wrong(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def fail() -> int:
        raise LookupError("nothing there")

    handle = await fail.enqueue()
    await drain(app)
    with pytest.raises(JobFailed, match="LookupError: nothing there") as failure:
        await handle.result()
    assert (failure.value.job_id, failure.value.error) == (handle.id, "LookupError")


async def test_a_result_that_nobody_kept_is_an_error_and_not_a_hang(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(completed=0))

    @queue.job()
    async def do() -> int:
        return 1

    handle = await do.enqueue()
    await drain(app)
    with pytest.raises(ResultNotKept):
        await handle.result(timeout=30)


async def test_a_result_can_be_had_although_it_is_not_kept(app: Backbeat) -> None:
    queue = app.queue("work", keep=Keep(completed=0))

    @queue.job()
    async def do() -> int:
        return 1

    handle = await do.options(wait=True).enqueue()
    await drain(app)
    assert await handle.result(timeout=30) == 1
    assert (await queue.counts()).completed == 0


async def test_who_waits_for_a_job_that_is_removed_is_told(app: Backbeat) -> None:
    handle = await app.queue("work").add("never", {})
    waiting = asyncio.create_task(handle.result(timeout=30))
    await asyncio.sleep(0)
    await handle.remove()
    with pytest.raises(ResultNotKept):
        await waiting


async def test_a_result_can_be_asked_for_more_than_once(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> str:
        return "done"

    handle = await do.enqueue()
    await drain(app)
    assert await handle.result() == await handle.result() == "done"


async def test_a_handle_can_be_made_from_an_id_alone(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> Decimal:
        return Decimal("0.10")

    await do.options(id="known").enqueue()
    await drain(app)
    assert await do.handle("known").result() == Decimal("0.10")


async def test_a_result_that_is_no_json_fails_the_job(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def odd() -> Any:
        return object()

    handle = await odd.enqueue()
    await drain(app)
    with pytest.raises(JobFailed, match="cannot be written as JSON"):
        await handle.result()


async def test_the_result_is_in_what_is_known_of_the_job(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> dict[str, int]:
        return {"n": 1}

    handle = await do.enqueue()
    [ran] = await drain(app)
    assert ran.result == (await handle.info()).result == {"n": 1}
