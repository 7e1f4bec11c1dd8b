"""Threads for blocking handlers: reused, replaced when abandoned, counted until they end."""

import asyncio
import contextvars
import threading
import time

import pytest

from backbeat.worker.pools.threads import Abandoned, ThreadPool

name: contextvars.ContextVar[str] = contextvars.ContextVar("name")


class Counted:
    def __init__(self) -> None:
        self.calls: list[int] = []

    def __call__(self, zombies: int) -> None:
        self.calls.append(zombies)


@pytest.fixture
def zombies() -> Counted:
    return Counted()


async def until(condition: "threading.Event") -> None:
    assert await asyncio.to_thread(condition.wait, 5)


async def test_a_call_gives_what_the_function_returns(zombies: Counted) -> None:
    pool = ThreadPool("t", on_zombie=zombies)
    assert await pool.call(lambda: 1 + 1) == 2
    pool.close()


async def test_a_call_raises_what_the_function_raises(zombies: Counted) -> None:
    pool = ThreadPool("t", on_zombie=zombies)

    def fail() -> None:
        raise KeyboardInterrupt("not even this ends the thread")

    with pytest.raises(KeyboardInterrupt, match="not even this"):
        await pool.call(fail)
    assert await pool.call(threading.get_ident) != threading.get_ident()
    pool.close()


async def test_an_idle_thread_is_used_again(zombies: Counted) -> None:
    pool = ThreadPool("t", on_zombie=zombies)
    first = await pool.call(threading.get_ident)
    assert await pool.call(threading.get_ident) == first
    pool.close()


async def test_calls_at_the_same_time_have_threads_of_their_own(zombies: Counted) -> None:
    pool = ThreadPool("t", on_zombie=zombies)
    barrier = threading.Barrier(3)
    await asyncio.gather(*(pool.call(lambda: barrier.wait(5)) for _ in range(3)))
    pool.close()


async def test_context_variables_come_along(zombies: Counted) -> None:
    pool = ThreadPool("t", on_zombie=zombies)
    name.set("outside")
    assert await pool.call(name.get) == "outside"
    pool.close()


async def test_a_cancelled_call_abandons_its_thread_and_raises_in_it(zombies: Counted) -> None:
    pool = ThreadPool("t", on_zombie=zombies)
    started, told = threading.Event(), threading.Event()

    def overstay() -> None:
        try:
            started.set()
            while True:
                time.sleep(0.001)
        except Abandoned:
            told.set()
            raise

    call = asyncio.create_task(pool.call(overstay))
    await until(started)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert pool.zombies == 1
    assert zombies.calls == [1]
    await until(told)
    pool.close()


async def test_a_zombie_that_ignores_its_end_is_counted_until_it_ends(zombies: Counted) -> None:
    pool = ThreadPool("t", on_zombie=zombies)
    started, release = threading.Event(), threading.Event()

    def ignore() -> str:
        started.set()
        while not release.is_set():
            try:
                release.wait(5)
            except Abandoned:
                continue
        return "too late"

    call = asyncio.create_task(pool.call(ignore))
    await until(started)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await pool.call(threading.get_ident) > 0
    assert pool.zombies == 1
    release.set()
    while pool.zombies:  # noqa: ASYNC110 - the end of a thread tells no one
        await asyncio.sleep(0.001)
    pool.close()


async def test_closing_ends_idle_threads(zombies: Counted) -> None:
    pool = ThreadPool("ends", on_zombie=zombies)
    await pool.call(lambda: None)
    pool.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ends-")]
