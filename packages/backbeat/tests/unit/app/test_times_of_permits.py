"""When locks are extended, waits end and gates let pass: in time that the tests make."""

import asyncio

import pytest

from backbeat import Backbeat, NotGranted, Rate
from backbeat.engine.permits.calls import Wish
from packages.backbeat.tests.support.virtual_time import live, taken

# Time enough for timers that follow each other to add up to a rounded millisecond each.
NEARLY = 0.02
# How long the turn of somebody who does not come is kept for him.
TURN_S = 0.5


@pytest.fixture
def app() -> Backbeat:
    return Backbeat()


def now() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.parametrize("ttl", [0.4, 10.0, 300.0])
def test_a_held_lock_is_extended_for_as_long_as_it_is_held(app: Backbeat, ttl: float) -> None:
    async def story() -> tuple[bool, bool]:
        lock = app.lock("a", ttl=ttl)
        async with lock:
            await asyncio.sleep(20 * ttl)
            lock.check()
            meanwhile = await app.lock("a").try_acquire()
        return meanwhile, await app.lock("a").try_acquire()

    assert live(app, story) == (False, True)


def test_who_waits_has_the_lock_when_it_is_given_back(app: Backbeat) -> None:
    async def story() -> float:
        holder = app.lock("a", ttl=60)
        await holder.acquire()
        waiting = asyncio.create_task(taken(app.lock("a", ttl=60).acquire()))
        await asyncio.sleep(25)
        await holder.release()
        return await waiting

    assert live(app, story) == pytest.approx(25, abs=NEARLY)


def test_who_waits_has_the_lock_when_the_time_of_a_dead_holder_is_over(app: Backbeat) -> None:
    async def story() -> float:
        permits = (await app.connections.open()).permits
        await permits.hold(Wish("a", "dead", "dead", 30_000), "take")
        return await taken(app.lock("a").acquire())

    assert live(app, story) == pytest.approx(30, abs=NEARLY)


def test_a_waiter_that_died_keeps_its_turn_for_half_a_second(app: Backbeat) -> None:
    async def story() -> float:
        permits = (await app.connections.open()).permits
        holder = app.lock("a", ttl=60)
        await holder.acquire()
        await permits.hold(Wish("a", "dead", "dead", 60_000, since_ms=1), "stay")
        waiting = asyncio.create_task(app.lock("a").acquire())
        await asyncio.sleep(1)
        released = now()
        await holder.release()
        await waiting
        return now() - released

    assert live(app, story) == pytest.approx(TURN_S, abs=NEARLY)


@pytest.mark.parametrize("timeout", [0.2, 45.0])
def test_a_wait_with_a_time_ends_when_it_is_over(app: Backbeat, timeout: float) -> None:
    async def story() -> float:
        async with app.lock("a", ttl=60):
            began = now()
            with pytest.raises(NotGranted):
                await app.lock("a").acquire(timeout=timeout)
            return now() - began

    assert live(app, story) == pytest.approx(timeout, abs=NEARLY)


@pytest.mark.parametrize(
    ("rate", "moments"),
    [
        (Rate(4, per=10), [0] * 4 + [10] * 4 + [20] * 4),
        (Rate(1, per=10, burst=4), [0] * 4 + [10 * n for n in range(1, 9)]),
    ],
)
def test_a_gate_lets_pass_at_the_moment_that_there_is_room(
    app: Backbeat, rate: Rate, moments: list[float]
) -> None:
    async def story() -> list[float]:
        gate = app.rate_gate("stripe", rate=rate)
        began, passed = now(), list[float]()

        async def go() -> None:
            await gate.wait()
            passed.append(now() - began)

        await asyncio.gather(*(go() for _ in range(12)))
        return passed

    assert live(app, story) == pytest.approx(moments, abs=0.1)


@pytest.mark.parametrize(("pause", "moment"), [(60.0, 65.0), (1.0, 20.0)])
def test_a_pause_holds_up_those_who_wait_already(
    app: Backbeat, pause: float, moment: float
) -> None:
    async def story() -> float:
        gate = app.rate_gate("stripe", rate=Rate(1, per=20))
        began = now()
        await gate.wait()
        waiting = asyncio.create_task(gate.wait())
        await asyncio.sleep(5)
        await gate.pause(pause)
        await waiting
        return now() - began

    assert live(app, story) == pytest.approx(moment, abs=NEARLY)
