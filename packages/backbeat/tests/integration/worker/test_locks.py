"""Locks on a real server: woken at the release, extended while held, lost loudly.

How long all of that takes is measured in time of its own: see unit/app/test_times_of_permits.py.
"""

import asyncio
import threading
import time
from datetime import timedelta

import pytest

from backbeat import Backbeat, LockLost, NotGranted, Rate
from backbeat.engine.permits.calls import Wish


async def until_waiting(app: Backbeat, name: str, number: int = 1) -> None:
    """Return once so many wait in line."""
    async with asyncio.timeout(10):
        while (await app.locks.look(name)).waiting < number:  # noqa: ASYNC110 - it tells no one
            await asyncio.sleep(0.002)


async def test_who_waits_is_woken_at_the_release_and_not_at_the_end_of_the_time(
    app: Backbeat,
) -> None:
    holder = app.lock("a", ttl=60)
    await holder.acquire()
    waiting = asyncio.create_task(app.lock("a", ttl=60).acquire())
    await until_waiting(app, "a")
    await holder.release()
    async with asyncio.timeout(1):
        await waiting


async def test_a_hundred_who_wait_get_it_one_after_the_other(app: Backbeat) -> None:
    inside = most = 0

    async def work() -> None:
        nonlocal inside, most
        async with app.semaphore("gpu", limit=3):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.002)
            inside -= 1

    async with asyncio.timeout(20):
        await asyncio.gather(*(work() for _ in range(100)))
    assert most == 3


async def test_a_held_lock_is_extended_for_as_long_as_it_is_held(app: Backbeat) -> None:
    async with app.lock("a", ttl=0.4) as lock:
        [first] = (await app.locks.look("a")).holders
        async with asyncio.timeout(10):
            while True:
                [holder] = (await app.locks.look("a")).holders
                # Twice the time that it was asked for.
                if holder.until > first.until + timedelta(seconds=0.8):
                    break
        lock.check()
        assert holder.fence == lock.fence
        assert not await app.lock("a").try_acquire()


async def test_a_lock_that_is_lost_cancels_its_body_and_says_so(app: Backbeat) -> None:
    reached: list[str] = []

    async def work() -> None:
        async with app.lock("a", ttl=0.3):
            assert await app.locks.take_away("a") == 1
            reached.append("body")
            await asyncio.sleep(30)
            reached.append("end")

    with pytest.raises(LockLost, match="taken away"):
        await work()
    assert reached == ["body"]
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_cancel_from_outside_stays_one_and_gives_the_lock_back(app: Backbeat) -> None:
    async def work() -> None:
        async with app.lock("a"):
            await asyncio.sleep(30)

    task = asyncio.create_task(work())
    while not (await app.locks.look("a")).holders:  # noqa: ASYNC110 - it tells no one
        await asyncio.sleep(0.002)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await app.lock("a").try_acquire()


async def test_an_event_loop_that_stood_still_for_too_long_has_lost_its_lock(
    app: Backbeat,
) -> None:
    lock = app.lock("a", ttl=0.3)
    await lock.acquire()
    time.sleep(0.5)  # noqa: ASYNC251 - this is what it is about
    assert not lock.held
    with pytest.raises(LockLost):
        lock.check()


async def test_a_waiter_that_died_does_not_swallow_the_turn(app: Backbeat) -> None:
    permits = (await app.connections.open()).permits
    holder = app.lock("a", ttl=60)
    await holder.acquire()
    await permits.hold(Wish("a", "dead", "dead", 60_000, since_ms=1), "stay")
    waiting = asyncio.create_task(app.lock("a").acquire())
    await until_waiting(app, "a", 2)
    await holder.release()
    async with asyncio.timeout(10):
        await waiting


async def test_a_wait_with_a_time_ends_when_it_is_over(app: Backbeat) -> None:
    async with app.lock("a", ttl=60):
        with pytest.raises(NotGranted):
            await app.lock("a").acquire(timeout=0.2)
        assert (await app.locks.look("a")).waiting == 0


def test_threads_wait_and_extend_too(app: Backbeat) -> None:
    order: list[str] = []

    def work(name: str) -> None:
        with app.sync.lock("a", ttl=0.3) as lock:
            order.append(f"{name} in")
            time.sleep(0.7)
            lock.check()
            order.append(f"{name} out")

    threads = [threading.Thread(target=work, args=(name,)) for name in ("x", "y")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(order) == ["x in", "x out", "y in", "y out"]
    assert order[0][0] == order[1][0]


async def test_a_gate_lets_everybody_pass_in_the_end(app: Backbeat) -> None:
    gate = app.rate_gate("stripe", rate=Rate(4, per=0.25))

    async with asyncio.timeout(20):
        await asyncio.gather(*(gate.wait() for _ in range(12)))

    assert (await gate.look()).waiting == 0
