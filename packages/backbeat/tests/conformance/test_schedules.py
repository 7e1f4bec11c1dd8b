"""Schedules: what is made when, what was missed, what overlaps, and commands at run time."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec import structs

from backbeat import (
    Backbeat,
    ConfigurationError,
    InvalidOption,
    Job,
    PayloadTooLarge,
    Retry,
    ScheduleNotFound,
    State,
    Unique,
    Window,
    at,
    cron,
    every,
)
from backbeat.app import Handler, JobOptions
from backbeat.engine.partitions import Partitioning
from backbeat.engine.record import Record
from backbeat.engine.schedule_record import decode_schedule
from backbeat.schedules.missed import Missed
from backbeat.schedules.timetable import Timetable
from backbeat.testing import FakeClock, drain

HOUR = 3_600


@pytest.fixture
def ran() -> list[str]:
    """The slots for which the handler ran, as hour and minute."""
    return []


@pytest.fixture
def report(app: Backbeat, ran: list[str]) -> Handler[..., Any]:
    """A handler that writes down the slot that it runs for."""

    @app.queue("work").job()
    async def report(job: Job, what: str) -> str:
        assert job.scheduled_at is not None
        ran.append(f"{job.scheduled_at:%d %H:%M}")
        return what

    return report


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
    from backbeat import Retry

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


FIRST, SECOND, THIRD = (f"schedule:s:{1893456000000 + hour * 3_600_000}" for hour in (1, 2, 3))


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


async def test_a_changed_rule_begins_after_now_and_a_changed_job_keeps_what_is_due(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    await app.schedules.upsert("s", every(HOUR), report.call("x"), missed="all")
    clock.advance(1.5 * HOUR)
    await app.schedules.upsert("s", every(HOUR), report.call("y"), missed="all")
    [done] = await drain(app)
    assert done.result == "y"
    clock.advance(HOUR)
    await app.schedules.upsert("s", every(HOUR / 2), report.call("y"), missed="all")
    assert await drain(app) == []
    clock.advance(HOUR / 2)
    await drain(app)
    assert ran == ["01 01:00", "01 03:00"]


async def test_a_declared_schedule_is_synced_when_somebody_begins_to_work(
    app: Backbeat, report: Handler[..., Any]
) -> None:
    app.schedule("a", every(HOUR), report.call("x"))
    await drain(app)
    info = await app.schedules.get("a")
    assert (info.queue, info.rule, info.handler, info.arguments, info.declared) == (
        "work", "every 3600 s", "report", {"what": "x"}, True,
    )  # fmt: skip
    report_of = await app.schedules.sync()
    assert (report_of.created, report_of.unchanged) == ((), ("a",))


async def test_a_sync_reports_what_the_code_declares_no_longer_and_lets_it_go_on(
    app: Backbeat, report: Handler[..., Any]
) -> None:
    app.schedule("a", every(HOUR), report.call("x"))
    app.schedule("b", every(HOUR), report.call("x"))
    assert (await app.schedules.sync()).created == ("a", "b")
    await app.schedules.upsert("c", every(HOUR), report.call("x"))
    del app.declared_schedules.by_name["a"]
    app.declared_schedules.by_name["b"] = app.declared_schedules.by_name.pop("b")
    found = await app.schedules.sync("work")
    assert (found.unchanged, found.undeclared) == (("b",), ("a",))
    assert [info.name for info in await app.schedules.list()] == ["a", "b", "c"]


async def test_a_sync_keeps_a_pause_and_changes_what_the_code_has_changed(
    app: Backbeat, report: Handler[..., Any]
) -> None:
    app.schedule("a", every(HOUR), report.call("x"))
    await app.schedules.sync()
    await app.schedules.pause("a")
    del app.declared_schedules.by_name["a"]
    app.schedule("a", every(2 * HOUR), report.call("x"), overlap="skip")
    assert (await app.schedules.sync()).changed == ("a",)
    info = await app.schedules.get("a")
    assert (info.paused, info.rule, info.overlap) == (True, "every 7200 s", "skip")


async def test_a_removed_schedule_is_gone_with_its_history_and_its_jobs_stay(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any]
) -> None:
    await app.schedules.upsert("s", every(HOUR), report.call("x"))
    await app.queue("work").pause()
    clock.advance(HOUR)
    await drain(app)
    await app.schedules.remove("s")
    with pytest.raises(ScheduleNotFound, match="no schedule s"):
        await app.schedules.history("s")
    await app.queue("work").resume()
    clock.advance(HOUR)
    assert len(await drain(app)) == 1


async def test_what_is_not_there_is_named(app: Backbeat) -> None:
    for command in (
        app.schedules.get, app.schedules.pause, app.schedules.resume, app.schedules.remove,
        app.schedules.run_now, app.schedules.preview, app.schedules.history,
    ):  # fmt: skip
        with pytest.raises(ScheduleNotFound) as error:
            await command("nobody")
        assert error.value.schedule == "nobody"


async def test_a_name_in_two_queues_needs_the_queue(
    app: Backbeat, report: Handler[..., Any]
) -> None:
    @app.queue("other").job()
    async def other() -> None: ...

    await app.schedules.upsert("s", every(HOUR), report.call("x"))
    await app.schedules.upsert("s", every(HOUR), other.call())
    with pytest.raises(InvalidOption, match="queue="):
        await app.schedules.pause("s")
    await app.schedules.pause("s", queue="other")
    assert [(each.queue, each.paused) for each in await app.schedules.list()] == [
        ("other", True), ("work", False),
    ]  # fmt: skip
    assert [each.queue for each in await app.schedules.list(queue="work")] == ["work"]


async def test_an_obliterated_queue_has_no_schedule(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any]
) -> None:
    await app.schedules.upsert("s", every(HOUR), report.call("x"))
    clock.advance(HOUR)
    await drain(app)
    await app.queue("work").obliterate()
    assert await app.schedules.list() == []
    await app.schedules.upsert("s", every(HOUR), report.call("x"))
    assert await app.schedules.history("s") == []


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


async def test_jobs_of_a_schedule_have_the_options_of_their_call(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any]
) -> None:
    call = report.options(priority=9, attempts=3).call("x")
    await app.schedules.upsert("s", every(HOUR), call)
    await app.queue("work").pause()
    clock.advance(HOUR)
    await drain(app)
    [job] = (await app.queue("work").list(State.WAITING)).jobs
    assert (job.priority, job.created_at) == (9, clock.now())


async def test_a_schedule_of_a_queue_with_partitions_lives_in_one_of_them(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("spread", partitions=3)

    @queue.job()
    async def work(n: int) -> int:
        return n

    for n in range(6):
        await app.schedules.upsert(f"s{n}", every(HOUR), work.call(n), overlap="queue")
    assert [info.name for info in await app.schedules.list(queue="spread")] == (
        sorted([f"s{n}" for n in range(6)], key=lambda name: (queue_of(name, 3), name))
    )
    clock.advance(HOUR)
    assert sorted(done.result for done in await drain(app)) == list(range(6))
    for n in range(6):
        [run] = await app.schedules.history(f"s{n}")
        assert run.job_id is not None
        assert (await queue.get(run.job_id)).result == n
        assert run.slot == clock.now()
    handle = await app.schedules.run_now("s0")
    await drain(app)
    assert await handle.result() == 0
    assert (await app.schedules.get("s1")).queue == "spread"
    await app.schedules.pause("s1")
    assert await asyncio.to_thread(lambda: app.sync.schedules.get("s1").paused)
    await app.schedules.remove("s1")
    assert len(await app.schedules.list()) == 5


def queue_of(name: str, count: int) -> int:
    """The partition of a schedule."""
    return Partitioning(count, by_id=True).of_key(name)


async def test_a_schedule_follows_its_jobs_to_the_partition_of_their_key(
    app: Backbeat, clock: FakeClock
) -> None:
    queue = app.queue("keyed", partitions=16, partition_by="{wallet}")

    @queue.job()
    async def work(wallet: str) -> str:
        return wallet

    for wallet in ("a", "b", "c"):
        await app.schedules.upsert("s", every(HOUR), work.call(wallet))
        assert len(await app.schedules.list()) == 1
        clock.advance(HOUR)
        [done] = await drain(app)
        assert done.result == wallet
        sent = await work.enqueue(wallet)
        assert done.id.rpartition("~")[2] == sent.id.rpartition("~")[2]
        await drain(app)


async def test_what_makes_no_sense_is_refused_with_its_name(
    app: Backbeat, report: Handler[..., Any]
) -> None:
    call = report.call("x")
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("missed", {"missed": "some"}),
        ("cap", {"cap": 0}),
        ("overlap", {"overlap": "maybe"}),
        ("jitter", {"jitter": HOUR + 1}),
        ("limit", {"limit": 0}),
        ("time zone", {"start": datetime(2030, 1, 1)}),  # noqa: DTZ001 - what is refused
        ("end", {"start": datetime.now(UTC), "end": datetime.now(UTC) - timedelta(1)}),
    ]
    for field, options in wrong:
        with pytest.raises(InvalidOption, match=field):
            app.schedule("s", every(HOUR), call, **options)
    with pytest.raises(InvalidOption, match="schedule 'a b'"):
        app.schedule("a b", every(HOUR), call)
    with pytest.raises(InvalidOption, match="id="):
        app.schedule("s", every(HOUR), report.options(delay=5).call("x"))
    with pytest.raises(TypeError, match="colour"):
        app.schedule("s", every(HOUR), call, colour="red")  # type: ignore[call-arg] # refused
    app.schedule("s", every(HOUR), call)
    with pytest.raises(ConfigurationError, match="declared already"):
        app.schedule("s", every(HOUR), call)
    with pytest.raises(PayloadTooLarge):
        await app.schedules.upsert("t", every(HOUR), report.call("x" * 10**7))


async def test_code_without_an_event_loop_has_the_same_commands(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any], ran: list[str]
) -> None:
    app.schedule("declared", every(HOUR), report.call("x"))

    def use() -> str:
        schedules = app.sync.schedules
        assert schedules.sync().created == ("declared",)
        schedules.upsert("s", every(HOUR), report.call("x"), limit=1)
        schedules.pause("s")
        assert schedules.get("s").paused
        schedules.resume("s")
        assert len(schedules.preview("s", 3)) == 3
        assert [info.name for info in schedules.list()] == ["declared", "s"]
        schedules.remove("declared")
        return schedules.run_now("s").id

    job_id = await asyncio.to_thread(use)
    clock.advance(HOUR)
    await drain(app)
    assert [run.job_id for run in await asyncio.to_thread(app.sync.schedules.history, "s")] == [
        "schedule:s:1893459600000", job_id,
    ]  # fmt: skip


async def _record(app: Backbeat, name: str) -> Record:
    """The job that the server keeps of a schedule of the queue."""
    connection = await app.queue("work").ready()
    _, known = await connection.client("work").schedules.get(name)
    assert known is not None
    return decode_schedule(known.record).job


async def test_a_schedule_that_is_edited_keeps_the_options_of_its_job(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job("count")
    async def count(what: str) -> None: ...

    call = count.options(
        priority=9, lifo=True, retry=Retry.fixed(attempts=7, delay=3), timeout=30, wait_timeout=60,
        deadline=900, stale_after=20, keep=60, lock="stock", cost=3, group="acme",
        unique=Unique(key="one"),
    ).call("x")  # fmt: skip
    app.schedule("nightly", cron("0 3 * * *"), call)
    await app.schedules.sync()
    before = await _record(app, "nightly")
    edited = await app.schedules.change("nightly", every(60), "count", {"what": "y"}, queue="work")
    assert (edited.rule, edited.arguments) == ("every 60 s", {"what": "y"})
    after = await _record(app, "nightly")
    assert structs.replace(after, payload=before.payload) == before

    given = JobOptions(priority=5, attempts=2, group="bravo")
    await app.schedules.change(
        "nightly", every(60), "count", {"what": "y"}, queue="work", job=given
    )
    changed = await _record(app, "nightly")
    assert (changed.priority, changed.group, changed.cost) == (5, "bravo", 3)
    assert (changed.options and changed.options.attempts) == 2
    run = await app.schedules.run_now("nightly")
    assert (await queue.get(run.id)).group == "bravo"


async def test_what_hangs_on_the_arguments_is_worked_out_for_the_new_ones(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job("send", group="{to}", priority=lambda given, _: given["level"], cost=2)
    async def send(to: str, level: int) -> None: ...

    await app.schedules.upsert("daily", every(60), send.options(timeout=9).call("ada", 1))
    data = {"to": "bea", "level": 8}
    await app.schedules.change("daily", every(60), "send", data, queue="work")
    job = await _record(app, "daily")
    assert (job.group, job.priority, job.cost) == ("bea", 8, 2)
    assert (job.options and job.options.timeout_ms) == 9_000


async def test_a_job_of_another_handler_has_options_of_its_own(app: Backbeat) -> None:
    queue = app.queue("work")
    call = queue.call("one", {}, priority=9, group="acme")
    await app.schedules.upsert("daily", every(60), call)
    await app.schedules.change("daily", every(60), "other", {}, queue="work")
    assert await _record(app, "daily") == Record("other", 0, msgspec.Raw(b"{}"))
    made = await asyncio.to_thread(
        app.sync.schedules.change, "new", every(60), "one", {}, queue="work",
        job=JobOptions(priority=7),
    )  # fmt: skip
    assert made.handler == "one"
    await asyncio.to_thread(app.sync.schedules.change, "new", every(5), "one", {}, queue="work")
    assert (await _record(app, "new")).priority == 7
