"""Locks and semaphores: one holder at a time, in the order of coming, and none for ever."""

import asyncio

import pytest

from backbeat import Backbeat, ConfigurationError, InvalidOption, LockLost, NotGranted
from backbeat.testing import FakeClock


async def until_waiting(app: Backbeat, number: int = 1) -> None:
    """Return once so many wait in line."""
    async with asyncio.timeout(10):
        while (await app.locks.look("a")).waiting < number:  # noqa: ASYNC110 - it tells no one
            await asyncio.sleep(0)


async def test_one_at_a_time_has_a_lock(app: Backbeat) -> None:
    first, second = app.lock("wallet:9xQe"), app.lock("wallet:9xQe")
    assert await first.try_acquire()
    assert not await second.try_acquire()
    await first.release()
    assert await second.try_acquire()
    await second.release()


async def test_locks_of_other_names_do_not_mind(app: Backbeat) -> None:
    async with app.lock("a"), app.lock("b"), app.lock("{c} d%7D"):
        assert not await app.lock("{c} d%7D").try_acquire()


async def test_each_holder_has_a_higher_fence_than_the_one_before(app: Backbeat) -> None:
    fences = []
    for _ in range(5):
        async with app.lock("a") as lock:
            fences.append(lock.fence)
    assert fences == sorted(set(fences))


async def test_who_waits_gets_it_in_the_order_of_coming(app: Backbeat) -> None:
    got: list[int] = []

    async def want(n: int) -> None:
        async with app.lock("a"):
            got.append(n)

    async with app.lock("a"):
        waiting = []
        for n in range(4):
            waiting.append(asyncio.create_task(want(n)))
            await until_waiting(app, n + 1)
    await asyncio.gather(*waiting)
    assert got == [0, 1, 2, 3]


async def test_nobody_overtakes_who_waits(app: Backbeat) -> None:
    holder, late = app.lock("a"), app.lock("a")
    await holder.acquire()
    waiting = asyncio.create_task(app.lock("a").acquire())
    await until_waiting(app)
    await holder.release()
    assert not await late.try_acquire()
    await waiting


async def test_a_wait_ends_when_its_time_is_over(app: Backbeat) -> None:
    async with app.lock("a", ttl=60):
        with pytest.raises(NotGranted) as refusal:
            await app.lock("a").acquire(timeout=0)
        assert refusal.value.name == "a"
        assert 0 < refusal.value.retry_after <= 60
        assert (await app.locks.look("a")).waiting == 0


async def test_a_silent_holder_is_out_when_its_time_is_over(
    app: Backbeat, clock: FakeClock
) -> None:
    first, second = app.lock("a", ttl=10), app.lock("a")
    await first.acquire()
    before = first.fence
    clock.advance(10)
    assert await second.try_acquire()
    assert second.fence > before
    with pytest.raises(LockLost, match="time was over"):
        await first.release()
    assert (await app.locks.look("a")).holders[0].fence == second.fence


async def test_one_that_was_not_acquired_cannot_be_released(app: Backbeat) -> None:
    lock = app.lock("a")
    with pytest.raises(LockLost, match="never held"):
        lock.check()
    with pytest.raises(LockLost, match="never held"):
        await lock.release()


async def test_a_semaphore_has_as_many_holders_as_it_says(app: Backbeat) -> None:
    slots = [app.semaphore("gpu", limit=3) for _ in range(4)]
    assert [await slot.try_acquire() for slot in slots] == [True, True, True, False]
    await slots[1].release()
    assert await slots[3].try_acquire()


async def test_a_semaphore_can_grow_and_shrink(app: Backbeat) -> None:
    slots = [app.semaphore("gpu", limit=1) for _ in range(2)]
    assert [await slot.try_acquire() for slot in slots] == [True, False]
    wider = [app.semaphore("gpu", limit=3) for _ in range(3)]
    assert [await slot.try_acquire() for slot in wider] == [True, True, False]
    await slots[0].release()
    assert not await slots[1].try_acquire()


async def test_a_waiter_that_is_cancelled_does_not_swallow_the_turn(app: Backbeat) -> None:
    holder = app.lock("a")
    await holder.acquire()
    waits = [asyncio.create_task(app.lock("a").acquire()) for _ in range(2)]
    await until_waiting(app, 2)
    waits[0].cancel()
    await asyncio.wait([waits[0]])
    await holder.release()
    async with asyncio.timeout(5):
        await waits[1]


async def test_an_operator_can_take_a_lock_away(app: Backbeat) -> None:
    lock, other = app.lock("a"), app.lock("a")
    await lock.acquire()
    waiting = asyncio.create_task(other.acquire())
    await until_waiting(app)
    assert await app.locks.take_away("a") == 1
    await waiting
    with pytest.raises(LockLost):
        await lock.release()


async def test_one_that_was_lost_is_released_before_it_is_acquired_again(app: Backbeat) -> None:
    lock = app.lock("a", ttl=0.2)
    await lock.acquire()
    assert await app.locks.take_away("a") == 1
    async with asyncio.timeout(5):
        while lock.held:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    with pytest.raises(ConfigurationError, match="was lost: release it"):
        await lock.acquire()
    with pytest.raises(LockLost):
        await lock.release()
    async with lock:
        assert lock.held


async def test_locks_in_use_are_listed_by_their_names(app: Backbeat) -> None:
    async with app.lock("wallet:{a} ü"), app.lock("b"):
        assert sorted([name async for name in app.locks.names()]) == ["b", "wallet:{a} ü"]


async def test_a_look_says_who_holds_and_who_waits(app: Backbeat, clock: FakeClock) -> None:
    async with app.lock("a", ttl=30) as lock:
        seen = await app.locks.look("a")
        assert (seen.slots, seen.fence, seen.waiting, seen.parked) == (1, lock.fence, 0, ())
        [holder] = seen.holders
        assert (holder.fence, holder.since) == (lock.fence, clock.now())
        assert "pid" in holder.about


@pytest.mark.parametrize(
    ("name", "ttl"), [("", 30), ("x" * 513, 30), ("a", 0.01), ("a", 90_000), ("a", -1)]
)
async def test_a_lock_that_makes_no_sense_is_refused(app: Backbeat, name: str, ttl: float) -> None:
    with pytest.raises(InvalidOption):
        app.lock(name, ttl=ttl)


def test_code_without_a_loop_has_locks_too(app: Backbeat) -> None:
    sync = app.sync
    with sync.lock("a") as lock:
        assert not sync.lock("a").try_acquire()
        with pytest.raises(NotGranted):
            sync.lock("a").acquire(timeout=0)
        fence = lock.fence
    with sync.semaphore("a", limit=1) as slot:
        assert slot.fence > fence
    with pytest.raises(LockLost):
        slot.check()
