"""One timer: fires at the earliest deadline, and again for the next."""

import asyncio

from backbeat.worker.attempt.deadlines import NEVER, Deadlines


async def test_the_sweep_happens_at_the_earliest_deadline() -> None:
    loop = asyncio.get_running_loop()
    swept: asyncio.Future[float] = loop.create_future()

    def sweep(now: float) -> float:
        swept.set_result(now)
        return NEVER

    deadlines = Deadlines(sweep)
    deadlines.watch(loop.time() + 30)
    due = loop.time() + 0.02
    deadlines.watch(due)
    assert deadlines.next == due
    assert await swept >= due
    assert deadlines.next == NEVER


async def test_what_the_sweep_answers_is_the_next_deadline() -> None:
    loop = asyncio.get_running_loop()
    times: list[float] = []
    done = asyncio.Event()

    def sweep(now: float) -> float:
        times.append(now)
        if len(times) == 3:
            done.set()
            return NEVER
        return now + 0.02

    deadlines = Deadlines(sweep)
    deadlines.watch(loop.time())
    await done.wait()
    assert times[1] - times[0] >= 0.02
    assert times[2] - times[1] >= 0.02


async def test_deadlines_that_follow_each_other_closely_share_a_sweep() -> None:
    loop = asyncio.get_running_loop()
    pending = [loop.time() + 0.0001 * number for number in range(40)]
    sweeps: list[float] = []
    done = asyncio.Event()

    def sweep(now: float) -> float:
        sweeps.append(now)
        while pending and pending[0] <= now:
            pending.pop(0)
        if not pending:
            done.set()
        return pending[0] if pending else NEVER

    deadlines = Deadlines(sweep)
    deadlines.watch(pending[0])
    await done.wait()
    assert len(sweeps) < 10


async def test_a_closed_timer_fires_no_more() -> None:
    loop = asyncio.get_running_loop()
    swept: list[float] = []

    def sweep(now: float) -> float:
        swept.append(now)
        return NEVER

    deadlines = Deadlines(sweep)
    deadlines.watch(loop.time())
    deadlines.close()
    later = asyncio.Event()
    loop.call_later(0.01, later.set)
    await later.wait()
    assert swept == []
