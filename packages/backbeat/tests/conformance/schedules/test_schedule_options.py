"""The options of the job of a schedule: which it has, and which an edit leaves to it."""

import asyncio
from typing import Any

import msgspec
from msgspec import structs

from backbeat import (
    Backbeat,
    Retry,
    State,
    Unique,
    cron,
    every,
)
from backbeat.app import Handler, JobOptions
from backbeat.engine.record import Record
from backbeat.engine.schedule_record import decode_schedule
from backbeat.testing import FakeClock, drain

HOUR = 3_600


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
