"""Schedules: what is made when, and what was missed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backbeat import (
    Backbeat,
    Job,
    Retry,
    Window,
    at,
    cron,
    every,
)
from backbeat.app import Handler
from backbeat.schedules.missed import Missed
from backbeat.schedules.timetable import Timetable
from backbeat.testing import FakeClock, drain

HOUR = 3_600


async def test_a_slot_makes_one_job_with_the_arguments_given(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    app.schedule("nightly", cron("0 3 * * *"), report.call("all"))
    await app.schedules.sync()
    clock.advance(3 * HOUR - 1)
    assert await drain(app) == []
    clock.advance(1)
    [done] = await drain(app)
    assert (done.id, done.result) == ("schedule:nightly:1893466800000", "all")
    clock.advance(60)
    assert await drain(app) == []
    assert ran == ["01 03:00"]


async def test_every_slot_that_comes_is_run_in_turn(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    app.schedule("hourly", every(HOUR), report.call("all"))
    await app.schedules.sync()
    for _ in range(5):
        clock.advance(HOUR)
        await drain(app)
    assert ran == ["01 01:00", "01 02:00", "01 03:00", "01 04:00", "01 05:00"]


async def test_at_runs_once_and_is_over(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    await app.schedules.upsert("once", at(datetime(2030, 1, 1, 2, tzinfo=UTC)), report.call("x"))
    clock.advance(2 * HOUR)
    await drain(app)
    clock.advance(48 * HOUR)
    await drain(app)
    assert ran == ["01 02:00"]
    assert (await app.schedules.get("once")).next_at is None


async def test_a_moment_that_has_passed_makes_nothing(
    app: Backbeat, report: Handler[..., Any], ran: list[str]
) -> None:
    await app.schedules.upsert("once", at(datetime(2029, 1, 1, tzinfo=UTC)), report.call("x"))
    await drain(app)
    assert ran == []


@pytest.mark.parametrize(
    ("missed", "slots"),
    [
        ("skip", []),
        ("one", ["01 05:00"]),
        ("all", ["01 01:00", "01 02:00", "01 03:00", "01 04:00", "01 05:00"]),
        (Window(2 * HOUR), ["01 04:00", "01 05:00"]),
    ],
)
async def test_missed_slots_run_as_the_policy_says(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str],
    missed: Missed, slots: list[str],
) -> None:  # fmt: skip
    await app.schedules.upsert("hourly", every(HOUR), report.call("x"), missed=missed)
    clock.advance(5.5 * HOUR)
    await drain(app)
    assert ran == slots
    clock.advance(HOUR / 2)
    await drain(app)
    assert ran == [*slots, "01 06:00"]


async def test_what_was_missed_stands_in_the_history_with_its_number(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any]
) -> None:
    await app.schedules.upsert("hourly", every(HOUR), report.call("x"), missed="all", cap=2)
    clock.advance(5.5 * HOUR)
    await drain(app)
    runs = await app.schedules.history("hourly")
    assert [(f"{run.slot:%H}", run.outcome, run.count) for run in runs] == [
        ("05", "completed", 1), ("04", "completed", 1), ("01", "missed", 3),
    ]  # fmt: skip
    assert runs[2].job_id is None


async def test_a_run_leaves_its_outcome_and_its_duration(app: Backbeat, clock: FakeClock) -> None:
    @app.queue("work").job()
    async def work(seconds: int) -> None:
        await clock.sleep(seconds)
        if seconds > 60:
            raise ValueError("too long")

    await app.schedules.upsert("short", every(HOUR), work.call(5))
    await app.schedules.upsert("long", every(HOUR), work.call(90))
    clock.advance(HOUR)
    await drain(app, concurrency=2)
    [short] = await app.schedules.history("short")
    [long] = await app.schedules.history("long")
    assert (short.outcome, short.duration) == ("completed", 5)
    assert (long.outcome, long.duration) == ("failed", 90)
    assert short.slot == short.started_at == datetime(2030, 1, 1, 1, tzinfo=UTC)
    assert short.job_id == "schedule:short:1893459600000"


async def test_the_duration_counts_from_the_first_of_several_attempts(
    app: Backbeat, clock: FakeClock
) -> None:

    @app.queue("work").job(retry=Retry.fixed(attempts=2, delay=10))
    async def work(job: Job) -> None:
        await clock.sleep(1)
        if job.attempt == 1:
            raise ValueError("once")

    await app.schedules.upsert("s", every(HOUR), work.call())
    clock.advance(HOUR)
    await drain(app, delayed=True)
    [run] = await app.schedules.history("s")
    assert (run.outcome, run.duration) == ("completed", 12)


async def test_the_history_keeps_the_newest_hundred(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any]
) -> None:
    await app.schedules.upsert("s", every(60), report.call("x"), missed="all", cap=150)
    clock.advance(150 * 60)
    await drain(app)
    runs = await app.schedules.history("s", count=200)
    assert len(runs) == 100
    assert runs[0].slot - runs[-1].slot == timedelta(minutes=99)


async def test_a_paused_schedule_makes_nothing_and_does_not_make_up_for_it(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    await app.schedules.upsert("s", every(HOUR), report.call("x"), missed="all")
    await app.schedules.pause("s")
    clock.advance(3.5 * HOUR)
    await drain(app)
    assert ran == []
    info = await app.schedules.get("s")
    assert info.paused
    await app.schedules.resume("s")
    await app.schedules.resume("s")
    clock.advance(HOUR / 2)
    await drain(app)
    assert ran == ["01 04:00"]


async def test_a_schedule_goes_on_while_its_queue_is_paused(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    queue = app.queue("work")
    await app.schedules.upsert("s", every(HOUR), report.call("x"))
    await queue.pause()
    for _ in range(2):
        clock.advance(HOUR)
        await drain(app)
    assert (await queue.counts()).waiting == 2
    await queue.resume()
    await drain(app)
    assert ran == ["01 01:00", "01 02:00"]


async def test_no_slot_lies_outside_of_start_end_and_limit(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    start = clock.now() + timedelta(hours=2)
    call = report.call("x")
    await app.schedules.upsert("a", every(HOUR), call, missed="all", start=start, limit=2)
    await app.schedules.upsert("b", every(HOUR), call, missed="all", end=start)
    clock.advance(8 * HOUR)
    await drain(app)
    assert sorted(ran) == ["01 01:00", "01 02:00", "01 02:00", "01 03:00"]
    assert [info.next_at for info in await app.schedules.list()] == [None, None]
    assert (await app.schedules.get("a")).fired == 2


async def test_jitter_puts_the_job_off_and_not_the_slot(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    slot = clock.now() + timedelta(hours=1)
    info = await app.schedules.upsert("s", every(HOUR), report.call("x"), jitter=600)
    slot_ms = round(slot.timestamp() * 1000)
    put_off_ms = Timetable("s", every(HOUR), jitter_ms=600_000).due(slot_ms) - slot_ms
    assert put_off_ms > 1
    assert info.next_at == slot
    clock.advance(HOUR + (put_off_ms - 1) / 1000)
    assert await drain(app) == []
    clock.advance(0.001)
    await drain(app)
    assert ran == ["01 01:00"]


async def test_a_job_on_request_runs_beside_the_slots(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    await app.schedules.upsert("s", every(HOUR), report.call("x"))
    clock.advance(90)
    await app.schedules.pause("s")
    handle = await app.schedules.run_now("s")
    assert [done.id for done in await drain(app)] == [handle.id]
    assert await handle.result() == "x"
    [run] = await app.schedules.history("s")
    assert (run.job_id, run.outcome) == (handle.id, "completed")
    assert (await app.schedules.get("s")).fired == 0
    assert ran == ["01 00:01"]


async def test_the_preview_tells_the_next_slots_in_the_zone_of_the_rule(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any]
) -> None:
    rule = cron("30 2 * * *", tz="Europe/Oslo")
    clock.move_to(datetime(2030, 3, 30, tzinfo=UTC))
    await app.schedules.upsert("s", rule, report.call("x"))
    slots = [slot.isoformat() for slot in await app.schedules.preview("s", 3)]
    assert slots == [
        "2030-03-30T02:30:00+01:00", "2030-03-31T03:00:00+02:00", "2030-04-01T02:30:00+02:00",
    ]  # fmt: skip
    assert (await app.schedules.get("s")).next_at == datetime(2030, 3, 30, 1, 30, tzinfo=UTC)


async def test_a_full_queue_lets_a_slot_wait_for_room(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    queue = app.queue("work")
    queue.options = type(queue.options)(max_jobs=1)
    await app.schedules.upsert("s", every(HOUR), report.call("x"))
    await queue.pause()
    blocker = await queue.add("report", {"what": "z"}, delay=HOUR * 10)
    clock.advance(HOUR)
    await drain(app)
    assert (await app.schedules.get("s")).fired == 0
    await queue.remove(blocker.id)
    await queue.resume()
    clock.advance(2)
    await drain(app)
    assert ran == ["01 01:00"]
