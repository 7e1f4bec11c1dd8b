"""A schedule whose state a foreign hand has damaged: it is named, and the others go on."""

from typing import Any

import pytest

from backbeat import Backbeat, ProtocolError, ScheduleNotFound, State, every
from backbeat.app import Handler
from backbeat.testing import FakeClock, drain

HOUR = 3_600
NONSENSE = ("", "nonsense", "1|x|0|allow|0|0|||", "1|2|3|4|5|6|7|8|9")


async def damage(app: Backbeat, name: str, state: str) -> None:
    """Write something else over what the server knows of a schedule."""
    connection = await app.connections.open()
    key = connection.keys("work").key("schedule_states")
    await connection.transport.execute("HSET", key, name, state)


@pytest.mark.parametrize("state", NONSENSE)
async def test_the_others_are_fired_and_it_is_named(
    app: Backbeat,
    clock: FakeClock,
    report: Handler[..., Any],
    caplog: pytest.LogCaptureFixture,
    state: str,
) -> None:
    for name in ("a", "damaged", "z"):
        await app.schedules.upsert(name, every(HOUR), report.call(name))
    await damage(app, "damaged", state)
    clock.advance(HOUR)

    ran = await drain(app)

    assert sorted(str(job.result) for job in ran) == ["a", "z"]
    assert "schedule damaged was not fired: schedule damaged: its state cannot be read" in (
        caplog.text
    )
    listed = {info.name: info.rule for info in await app.schedules.list()}
    assert listed["a"] == listed["z"] == "every 3600 s"
    assert listed["damaged"].startswith("its state cannot be read")


async def test_commands_for_it_say_what_to_do_and_it_can_be_removed(
    app: Backbeat, report: Handler[..., Any]
) -> None:
    await app.schedules.upsert("damaged", every(HOUR), report.call("x"))
    await damage(app, "damaged", "nonsense")
    schedules = app.schedules

    for asked in (schedules.pause, schedules.resume, schedules.run_now, schedules.preview):
        with pytest.raises(ProtocolError, match="verify --repair"):
            await asked("damaged")
    await schedules.remove("damaged")

    with pytest.raises(ScheduleNotFound):
        await schedules.get("damaged")


async def test_the_code_that_declares_it_makes_it_anew(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any]
) -> None:
    app.schedule("declared", every(HOUR), report.call("x"))
    await app.schedules.sync()
    await damage(app, "declared", "nonsense")

    assert (await app.schedules.sync()).changed == ("declared",)

    clock.advance(HOUR)
    assert [job.result for job in await drain(app)] == ["x"]


async def test_its_runs_end_like_other_jobs(
    app: Backbeat, clock: FakeClock, report: Handler[..., Any]
) -> None:
    """A script that stumbled over it would hold up all that the worker has finished."""
    await app.schedules.upsert("damaged", every(HOUR), report.call("x"), overlap="skip")
    run = await app.schedules.run_now("damaged")
    other = await report.options(id="schedule:damaged:1").enqueue("y")
    await damage(app, "damaged", "nonsense")

    await drain(app)

    assert await run.state() is State.COMPLETED
    assert await other.state() is State.COMPLETED
