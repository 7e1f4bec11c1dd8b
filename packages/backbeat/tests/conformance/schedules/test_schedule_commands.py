"""Schedules that are declared, changed, asked for and removed at run time."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backbeat import (
    Backbeat,
    ConfigurationError,
    InvalidOption,
    PayloadTooLarge,
    ScheduleNotFound,
    every,
)
from backbeat.app import Handler
from backbeat.testing import FakeClock, drain

HOUR = 3_600


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
