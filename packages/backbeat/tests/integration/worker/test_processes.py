"""Process slots: jobs in processes that can be killed, with everything that a handler may use."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import msgspec
import psutil
import pytest

from backbeat import Backbeat, JobFailed, State
from backbeat.worker.pools.frames import Order, Returned
from backbeat.worker.pools.processes import ProcessPool, ProcessSlot
from packages.backbeat.tests.support import shop
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.working import ended, is_in, until, working

if TYPE_CHECKING:
    from backbeat.app import Page


@pytest.fixture
async def app(
    server: PrivateServer, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Backbeat]:
    """The application of the slots, on this test's server."""
    from backbeat.app.connections import Connections, ServerConnector
    from backbeat.config import Settings

    settings = Settings(url=server.url, namespace=namespace)
    monkeypatch.setattr(shop.app, "connections", Connections(lambda: ServerConnector(settings)))
    yield shop.app
    await shop.app.close()


@pytest.fixture
def only() -> dict[str, Any]:
    """The slots' queue and few slots."""
    return {"queues": ["slots"], "cancel_grace": 0.2, "grace": 1}


async def test_a_job_runs_in_another_process_that_is_used_again(
    app: Backbeat, only: dict[str, Any]
) -> None:
    async with working(app, **only):
        handle = await shop.pid.enqueue("afar")
        first, said = await handle.result(10)
        second, _ = await (await shop.pid.enqueue("again")).result(10)
        info = await handle.info()
        assert list(await handle.logs()) == ["from afar"]
    assert first == second != os.getpid()
    assert said == f"from afar {handle.id} attempt 1"
    assert info.progress is not None
    assert (info.progress.value, info.progress.message) == (50, "half")


async def test_coroutines_run_there_too_with_what_they_depend_on(
    app: Backbeat, only: dict[str, Any]
) -> None:
    async with working(app, **only):
        assert await (await shop.pid_async.enqueue()).result(10) == "from the slot pid_async"


async def test_a_job_that_overstays_is_killed_and_its_slot_goes_on(
    app: Backbeat, only: dict[str, Any]
) -> None:
    async with working(app, concurrency=1, **only):
        before, _ = await (await shop.pid.enqueue("before")).result(10)
        info = await ended(shop.slots, (await shop.spin.enqueue()).id)
        after, _ = await (await shop.pid.enqueue("after")).result(10)
    assert info.error is not None
    assert info.error.reason == "timeout"
    assert before != after
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


async def test_a_job_is_asked_before_it_is_killed(app: Backbeat, only: dict[str, Any]) -> None:
    async with working(app, **{**only, "cancel_grace": 10}):
        handle = await shop.listen.enqueue()
        await is_in(shop.slots, handle.id, State.ACTIVE)
        await handle.cancel("please")
        assert await handle.result(10) == "stopped by itself"


async def test_a_job_whose_process_dies_is_a_crash_and_fails_after_the_last_one(
    app: Backbeat, only: dict[str, Any]
) -> None:
    async with working(app, **only):
        info = await ended(shop.slots, (await shop.segfault.enqueue()).id)
    assert info.error is not None
    assert (info.error.error, info.error.reason) == ("ProcessDied", "stalled")
    assert "signal 11" in info.error.message
    assert [attempt.outcome for attempt in info.history] == ["stalled", "stalled", "failed"]


async def test_a_job_that_takes_too_much_memory_is_killed(
    app: Backbeat, only: dict[str, Any]
) -> None:
    async with working(app, **only):
        info = await ended(shop.slots, (await shop.hog.enqueue()).id)
    assert info.error is not None
    assert info.error.error == "MemoryError"
    assert "max_memory_mb" in info.error.message


async def test_all_outcomes_come_back_from_there(app: Backbeat, only: dict[str, Any]) -> None:
    async with working(app, **only):
        snoozed = await shop.fail.enqueue("snooze")
        assert (await is_in(shop.slots, snoozed.id, State.DELAYED)).history[0].outcome == "snoozed"
        infos = {
            kind: await ended(shop.slots, (await shop.fail.enqueue(kind)).id)
            for kind in ("cancel", "permanent", "key", "exit", "value")
        }
        page: Page = await shop.slots.list(State.DELAYED)
        assert [info.id for info in page.jobs] == [snoozed.id]
    assert infos["cancel"].cancel_reason == "not today"
    reasons = {kind: info.error.reason for kind, info in infos.items() if info.error}
    assert reasons == {
        "permanent": "permanent",
        "key": "permanent",
        "exit": "exhausted",
        "value": "exhausted",
    }
    assert [len(infos[kind].history) for kind in ("key", "value")] == [1, 3]
    failure = infos["value"].error
    assert failure is not None
    assert (failure.error, failure.message) == ("ValueError", "value")
    assert "shop.py" in failure.trace


async def test_a_stopping_worker_kills_what_does_not_end(
    app: Backbeat, only: dict[str, Any]
) -> None:
    async with working(app, **only) as worker:
        handle = await shop.listen.enqueue()
        await is_in(shop.slots, handle.id, State.ACTIVE)
        began = asyncio.get_running_loop().time()
        await worker.stop(0.05)
        assert asyncio.get_running_loop().time() - began < 1.05
    assert (await handle.info()).state is State.WAITING


async def test_a_process_without_its_worker_ends_in_the_middle_of_its_job(
    app: Backbeat, server: PrivateServer
) -> None:
    order = Order(
        module=shop.__name__, function="spin", payload=b"{}", id="j1", name="spin", queue="slots",
        attempt=1, attempts=1, fence=1, created_ms=1, trace=None,
    )  # fmt: skip
    slot = await ProcessSlot.start()
    slot.send(order)
    await asyncio.sleep(0.3)
    slot._writer.close()
    async with asyncio.timeout(5):
        assert await slot._status() == 1


async def test_a_handler_that_cannot_be_found_there_fails_with_a_clear_error(
    server: PrivateServer, namespace: str
) -> None:
    app = Backbeat(server.url, namespace=namespace)
    queue = app.queue("q")

    @queue.job(mode="process")
    def inner() -> None:
        return None

    async with app, working(app):
        handle = await inner.enqueue()
        with pytest.raises(JobFailed, match="must stand at module level"):
            await handle.result(10)


def order(word: str) -> Order:
    """A call of `shop.pid`."""
    return Order(
        module=shop.pid.fn.__module__, function=shop.pid.fn.__qualname__,
        payload=f'{{"word":"{word}"}}'.encode(), id=word, name="pid", queue="slots", attempt=1,
        attempts=1, fence=1, created_ms=0, trace=None,
    )  # fmt: skip


async def pid_of(pool: ProcessPool, word: str = "x") -> int:
    """Which process of a pool runs a job."""
    ended = await pool.call(order(word), report=lambda _: None, flaggable=lambda _: None)
    assert isinstance(ended, Returned)
    assert ended.result is not None
    pid: int = msgspec.json.decode(ended.result)[0]
    return pid


async def test_a_process_is_replaced_after_its_jobs() -> None:
    pool = ProcessPool(jobs_per_process=2)
    pids = [await pid_of(pool) for _ in range(5)]
    await pool.close()
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]
    assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_idle_processes_end_after_a_while_and_all_at_once_with_the_pool() -> None:
    pool = ProcessPool(idle_seconds=0.1)
    peak = set(await asyncio.gather(*(pid_of(pool, f"j{place}") for place in range(3))))
    assert len(peak) == 3
    await until(lambda: not any(psutil.pid_exists(pid) for pid in peak))
    assert await pid_of(pool) not in peak
    await pool.close()


async def test_a_pool_closes_all_its_processes_at_the_same_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = ProcessPool()
    await asyncio.gather(*(pid_of(pool, f"j{place}") for place in range(3)))
    told: list[str] = []
    dismiss = ProcessSlot.dismiss

    async def watched(slot: ProcessSlot) -> None:
        told.append("told")
        await dismiss(slot)
        told.append("ended")

    monkeypatch.setattr(ProcessSlot, "dismiss", watched)
    await pool.close()
    assert told == ["told"] * 3 + ["ended"] * 3
