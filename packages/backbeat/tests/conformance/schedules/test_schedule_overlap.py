"""Schedules whose runs take longer than to the next slot: what becomes of that one."""

import asyncio
from typing import Any

import pytest

from backbeat import (
    Backbeat,
    Job,
    every,
)
from backbeat.app import Handler
from backbeat.testing import FakeClock, drain

HOUR = 3_600
FIRST, SECOND, THIRD = (f"schedule:s:{1893456000000 + hour * 3_600_000}" for hour in (1, 2, 3))


class Gate:
    """A handler whose runs wait until they are let through."""

    def __init__(self, app: Backbeat) -> None:
        self.began: list[str] = []
        self.open = asyncio.Event()
        self._news = asyncio.Condition()

        @app.queue("work").job()
        async def hold(job: Job) -> None:
            async with self._news:
                self.began.append(job.id)
                self._news.notify_all()
            await self.open.wait()

        self.handler = hold

    async def until_begun(self, count: int) -> None:
        """Wait until so many runs have begun."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.began) >= count)


@pytest.fixture
async def gate(app: Backbeat, clock: FakeClock) -> Gate:
    """The handler, of an hourly schedule `s` that a test has yet to make."""
    return Gate(app)


async def begin_first(app: Backbeat, clock: FakeClock, gate: Gate, overlap: Any) -> Any:
    """The first slot of a schedule runs, and the second is due; what runs the first."""
    await app.schedules.upsert("s", every(HOUR), gate.handler.call(), overlap=overlap)
    clock.advance(HOUR)
    running = asyncio.create_task(drain(app))
    await gate.until_begun(1)
    clock.advance(HOUR)
    return running


async def outcomes(app: Backbeat) -> list[tuple[str, str]]:
    """The history of `s`, the oldest first: hour of the slot and outcome."""
    runs = await app.schedules.history("s")
    return [(f"{run.slot:%H}", run.outcome) for run in reversed(runs)]


async def test_allow_runs_a_slot_beside_the_run_before_it(
    app: Backbeat, clock: FakeClock, gate: Gate
) -> None:
    first = await begin_first(app, clock, gate, "allow")
    second = asyncio.create_task(drain(app))
    await gate.until_begun(2)
    gate.open.set()
    await asyncio.gather(first, second)
    assert gate.began == [FIRST, SECOND]


async def test_skip_leaves_a_slot_out_while_the_run_before_it_goes_on(
    app: Backbeat, clock: FakeClock, gate: Gate
) -> None:
    first = await begin_first(app, clock, gate, "skip")
    assert await drain(app) == []
    assert (await app.schedules.get("s")).running == (FIRST,)
    gate.open.set()
    await first
    clock.advance(HOUR)
    await drain(app)
    assert gate.began == [FIRST, THIRD]
    assert await outcomes(app) == [("02", "skipped"), ("01", "completed"), ("03", "completed")]


async def test_queue_parks_slots_until_the_run_before_each_has_ended(
    app: Backbeat, clock: FakeClock, gate: Gate
) -> None:
    first = await begin_first(app, clock, gate, "queue")
    assert await drain(app) == []
    clock.advance(HOUR)
    assert await drain(app) == []
    info = await app.schedules.get("s")
    assert (info.running, info.parked) == ((FIRST,), (SECOND, THIRD))
    parked = await app.queue("work").get(SECOND)
    assert (parked.state, parked.reason) == ("delayed", "parked")
    gate.open.set()
    assert [done.id for done in await first] == [FIRST, SECOND, THIRD]
    assert (await app.schedules.get("s")).running == ()


async def test_a_parked_slot_that_is_cancelled_or_removed_lets_the_others_go(
    app: Backbeat, clock: FakeClock, gate: Gate
) -> None:
    queue = app.queue("work")
    first = await begin_first(app, clock, gate, "queue")
    for _ in range(2):
        await drain(app)
        clock.advance(HOUR)
    await drain(app)
    assert len((await app.schedules.get("s")).parked) == 3
    await queue.cancel(SECOND)
    await queue.remove(THIRD)
    assert len((await app.schedules.get("s")).parked) == 1
    gate.open.set()
    assert len(await first) == 2
    assert await outcomes(app) == [("02", "cancelled"), ("01", "completed"), ("04", "completed")]


async def test_a_run_that_is_removed_before_it_starts_lets_the_next_go(
    app: Backbeat, clock: FakeClock, gate: Gate
) -> None:
    queue = app.queue("work")
    gate.open.set()
    await app.schedules.upsert("s", every(HOUR), gate.handler.call(), overlap="queue", missed="all")
    await queue.pause()
    clock.advance(3 * HOUR)
    await drain(app)
    assert (await app.schedules.get("s")).parked == (SECOND, THIRD)
    await queue.remove(FIRST)
    assert (await app.schedules.get("s")).running == (SECOND,)
    await queue.resume()
    assert [done.id for done in await drain(app)] == [SECOND, THIRD]


async def test_a_drained_queue_leaves_nothing_parked_behind(
    app: Backbeat, clock: FakeClock, gate: Gate
) -> None:
    queue = app.queue("work")
    gate.open.set()
    await app.schedules.upsert("s", every(HOUR), gate.handler.call(), overlap="queue", missed="all")
    await queue.pause()
    clock.advance(3 * HOUR)
    await drain(app)
    await queue.drain(delayed=True)
    await queue.resume()
    clock.advance(HOUR)
    [done] = await drain(app)
    assert done.id == "schedule:s:1893470400000"


async def test_a_removed_schedule_cancels_what_it_has_parked(
    app: Backbeat, clock: FakeClock, gate: Gate
) -> None:
    first = await begin_first(app, clock, gate, "queue")
    await drain(app)
    await app.schedules.remove("s")
    assert (await app.queue("work").get(SECOND)).cancel_reason == "its schedule was removed"
    gate.open.set()
    assert [done.id for done in await first] == [FIRST]


async def test_cancel_ends_the_run_before_and_runs_the_slot(
    app: Backbeat, clock: FakeClock, gate: Gate
) -> None:
    first = await begin_first(app, clock, gate, "cancel")
    second = asyncio.create_task(drain(app))
    await gate.until_begun(2)
    gate.open.set()
    done = await first + await second
    assert {each.id: each.outcome for each in done} == {FIRST: "cancelled", SECOND: "completed"}
    assert await outcomes(app) == [("01", "cancelled"), ("02", "completed")]


async def test_cancel_runs_only_the_newest_of_several_slots_that_are_due(
    app: Backbeat, clock: FakeClock, gate: Gate
) -> None:
    gate.open.set()
    await app.schedules.upsert(
        "s", every(HOUR), gate.handler.call(), overlap="cancel", missed="all"
    )
    clock.advance(3 * HOUR)
    await drain(app)
    assert gate.began == [THIRD]
    assert await outcomes(app) == [("01", "skipped"), ("02", "skipped"), ("03", "completed")]


async def test_the_next_slot_sees_a_run_on_request_as_the_run_before_it(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any]
) -> None:
    await app.schedules.upsert("s", every(HOUR), report.call("x"), overlap="skip")
    await app.queue("work").pause()
    handle = await app.schedules.run_now("s")
    assert (await app.schedules.get("s")).running == (handle.id,)
    clock.advance(HOUR)
    await drain(app)
    [run] = await app.schedules.history("s")
    assert run.outcome == "skipped"
