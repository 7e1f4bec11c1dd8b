"""Ageing: a level of priority is worth some time of waiting, so that none starves another."""

from typing import Any

import pytest

from backbeat import Backbeat, InvalidOption, Priority, Rate, State
from backbeat.app import Handler, JobInfo
from backbeat.testing import FakeClock, drain


def serving(app: Backbeat, served: list[str], **options: Any) -> Handler[[str], None]:
    """A handler that notes in which order it served."""

    @app.queue("desk", **options).job()
    async def serve(who: str) -> None:
        served.append(who)

    return serve


async def test_a_job_of_a_lower_level_comes_first_when_it_has_waited_for_long_enough(
    app: Backbeat, clock: FakeClock
) -> None:
    served: list[str] = []
    serve = serving(app, served, ageing=300)
    await app.queue("desk").configure()
    await serve.options(priority=Priority.LOW).enqueue("low")
    clock.advance(599)
    await serve.enqueue("normal, 599 s later")
    clock.advance(2)
    await serve.enqueue("normal, 601 s later")
    await drain(app)
    assert served == ["normal, 599 s later", "low", "normal, 601 s later"]


async def test_a_plain_job_ages_too(app: Backbeat, clock: FakeClock) -> None:
    served: list[str] = []
    serve = serving(app, served, ageing=60)
    await app.queue("desk").configure()
    await serve.enqueue("plain")
    clock.advance(1_000)
    await serve.options(priority=Priority.CRITICAL).enqueue("critical")
    await drain(app)
    assert served == ["plain", "critical"]


@pytest.mark.parametrize("limit", ["shared", "of the queue"])
async def test_what_a_limit_did_not_let_start_is_overtaken_by_the_more_urgent(
    app: Backbeat, clock: FakeClock, limit: str
) -> None:
    served: list[str] = []
    app.limit("partner", rate=Rate(5, per=10))
    options: dict[str, Any] = (
        {"limits": ["partner"]} if limit == "shared" else {"rate": Rate(5, per=10)}
    )
    serve = serving(app, served, ageing=60, **options)
    for number in range(6):
        await serve.options(priority=Priority.LOW, cost=3).enqueue(f"low {number}")
    # More slots than may start: the others go back to where they were.
    await drain(app, concurrency=20)
    clock.advance(10)
    await serve.options(priority=Priority.CRITICAL, cost=3).enqueue("critical")
    for _ in range(6):
        await drain(app, concurrency=20)
        clock.advance(10)
    assert served == ["low 0", "critical", *(f"low {number}" for number in range(1, 6))]


async def test_without_ageing_levels_are_strict(app: Backbeat, clock: FakeClock) -> None:
    served: list[str] = []
    serve = serving(app, served)
    await serve.options(priority=4).enqueue("4")
    clock.advance(10**7)
    await serve.enqueue("5")
    await drain(app)
    assert served == ["5", "4"]


async def test_a_lifo_job_has_the_head_start_of_one_more_level(
    app: Backbeat, clock: FakeClock
) -> None:
    served: list[str] = []
    serve = serving(app, served, ageing=60)
    await app.queue("desk").configure()
    await serve.enqueue("old")
    clock.advance(30)
    await serve.enqueue("older by 30 s")
    clock.advance(45)
    await serve.options(lifo=True).enqueue("pushed in")
    await drain(app)
    assert served == ["old", "pushed in", "older by 30 s"]


async def test_listing_shows_the_order_in_which_jobs_start(app: Backbeat, clock: FakeClock) -> None:
    served: list[str] = []
    serve = serving(app, served, ageing=10)
    queue = app.queue("desk")
    await queue.configure()
    for place, level in enumerate((5, 9, 0, 5, 7)):
        await serve.options(priority=level).enqueue(str(place))
        clock.advance(15)
    page = await queue.list(State.WAITING)
    await drain(app)
    assert [job.arguments["who"] for job in page.jobs] == served


async def test_changing_the_priority_keeps_the_time_that_a_job_has_waited(
    app: Backbeat, clock: FakeClock
) -> None:
    served: list[str] = []
    serve = serving(app, served, ageing=60)
    queue = app.queue("desk")
    await queue.configure()
    old = await serve.options(priority=3).enqueue("old")
    clock.advance(50)
    await serve.enqueue("young")
    await queue.set_priority(old.id, 5)
    await drain(app)
    assert served == ["old", "young"]


async def test_reprioritise_changes_the_jobs_that_fit(app: Backbeat, clock: FakeClock) -> None:
    served: list[str] = []
    serve = serving(app, served)
    queue = app.queue("desk")

    @queue.job()
    async def other() -> None:
        served.append("other")

    await other.enqueue()
    for number in range(5):
        await serve.enqueue(str(number))
    later = await serve.options(delay=60).enqueue("later")

    def even(job: JobInfo) -> bool:
        return job.arguments["who"] in {"0", "2", "4"}

    assert await queue.reprioritise(9, state=State.WAITING, name="serve", where=even) == 3
    assert await queue.reprioritise(8, where=[later.id, "unknown"]) == 1
    assert (await later.info()).priority == 8
    await drain(app)
    assert served == ["0", "2", "4", "other", "1", "3"]


async def test_reprioritise_of_all_keeps_their_order(app: Backbeat, clock: FakeClock) -> None:
    served: list[str] = []
    serve = serving(app, served)
    queue = app.queue("desk")
    await queue.add_many([serve.call(str(number)) for number in range(450)])
    assert await queue.reprioritise(1) == 450
    await serve.enqueue("plain")
    assert await queue.reprioritise(5, state=State.WAITING) == 451
    await drain(app, concurrency=50)
    assert served == ["plain", *map(str, range(450))]


async def test_reprioritise_refuses_what_has_no_place_in_the_order(app: Backbeat) -> None:
    queue = app.queue("desk")
    with pytest.raises(InvalidOption, match="waiting or delayed"):
        await queue.reprioritise(3, state=State.FAILED)
    with pytest.raises(InvalidOption, match="priority"):
        await queue.reprioritise(11)


@pytest.mark.parametrize("ageing", [0, 10**7])
async def test_ageing_that_makes_no_sense_is_refused(app: Backbeat, ageing: int) -> None:
    with pytest.raises(InvalidOption, match="ageing"):
        app.queue("desk", ageing=ageing)


async def test_a_drain_removes_what_waits_whatever_its_level(
    app: Backbeat, clock: FakeClock
) -> None:
    served: list[str] = []
    serve = serving(app, served, ageing=60)
    queue = app.queue("desk")
    await queue.configure()
    for level in (0, 3, 5, 7, 10):
        await serve.options(priority=level).enqueue(str(level))
        await serve.options(priority=level, lifo=True).enqueue(f"{level}, LIFO")
    assert await queue.drain() == 10
    await serve.enqueue("later")
    await drain(app)
    assert served == ["later"]
