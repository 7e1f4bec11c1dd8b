"""Circuit breakers with real workers: what one process learns holds for all."""

import asyncio

import pytest

from backbeat import Backbeat, Breaker, JobFailed, State
from packages.backbeat.tests.integration.worker.supervised import Supervised
from packages.backbeat.tests.support import shop
from packages.backbeat.tests.support.working import is_in, reaches, until, working

SHOP = "packages.backbeat.tests.support.shop:app"


async def test_two_processes_see_one_breaker(outside: Backbeat, supervised: Supervised) -> None:
    supervised.start(SHOP, grace=5, queues=["work"], processes=2, concurrency=2)
    await asyncio.to_thread(supervised.wait_line, "takes jobs of", 2)
    ran = {await (await shop.call_fragile.enqueue(up=True)).result(10) for _ in range(3)}
    assert ran <= set(supervised.children())
    failing = [await shop.call_fragile.enqueue(up=False) for _ in range(8)]
    for handle in failing:
        await reaches(shop.work, handle.id, lambda info: info.state in {"failed", "delayed"})
    assert (await outside.breaker("fragile").info()).state != "closed"

    later = [await shop.call_fragile.enqueue(up=True) for _ in range(8)]
    # The held ones that fail open it again and again, until the last of them has had its turn.
    for handle in failing:
        with pytest.raises(JobFailed):
            await handle.result(10)
    done = {await handle.result(10) for handle in later}
    assert len(done) == 2, "both processes take jobs again"
    assert (await outside.breaker("fragile").info()).state == "closed"
    supervised.terminate()
    assert await asyncio.to_thread(supervised.wait) == 0


async def test_errors_in_a_process_slot_count_as_declared(app: Backbeat) -> None:
    queue = app.queue("slots")
    breaker = Breaker("apart", min_calls=2, open_for=30, never=(KeyError,))
    queue.job(mode="process", breaker=breaker)(shop.call_fragile_apart.fn)
    async with working(app, concurrency=1):
        for error, state in (("key", "closed"), ("key", "closed"), ("a", "closed"), ("b", "open")):
            handle = await queue.add("call_fragile_apart", {"error": error})
            await is_in(queue, handle.id, State.FAILED)
            await reaches_state(app, "apart", state)
        held = await queue.add("call_fragile_apart", {"error": "c"})
        info = await is_in(queue, held.id, State.DELAYED)
        assert info.reason == "breaker"


async def test_a_timeout_is_a_failure_and_a_cancel_says_nothing(app: Backbeat) -> None:
    queue = app.queue("calls")
    hanging = asyncio.Event()

    @queue.job(breaker=Breaker("hung", min_calls=1), timeout=0.2)
    async def call() -> None:
        hanging.set()
        await asyncio.Event().wait()

    async with working(app):
        first = await call.enqueue()
        await hanging.wait()
        await first.cancel()
        await is_in(queue, first.id, State.CANCELLED)
        second = await call.enqueue()
        await is_in(queue, second.id, State.FAILED)
        await reaches_state(app, "hung", "open")
    info = await app.breaker("hung").info()
    assert info.state == "open"


async def test_a_worker_that_ends_gives_its_probe_back(app: Backbeat) -> None:
    queue = app.queue("calls")
    running: list[str] = []

    @queue.job(breaker=Breaker("ending", probes=1, open_for=0.2))
    async def call(name: str) -> None:
        running.append(name)
        if name == "long" and len(running) == 1:
            await asyncio.Event().wait()

    await app.breaker("ending").open(0.01)
    await call.enqueue("long")
    async with working(app, grace=0.1, lease=30):
        await until(lambda: running == ["long"])
    assert (await app.breaker("ending").info()).probes_running == 0
    async with working(app):
        await until(lambda: running == ["long", "long"])
        await reaches_state(app, "ending", "closed")


async def reaches_state(app: Backbeat, name: str, state: str) -> None:
    """Wait until a breaker is in that state: ends are told within 100 ms."""
    async with asyncio.timeout(10):
        while (await app.breaker(name).info()).state != state:  # noqa: ASYNC110 - it tells no one
            await asyncio.sleep(0.01)
