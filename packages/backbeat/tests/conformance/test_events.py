"""The event stream of a queue: what happens, in order, and from where one left off."""

import asyncio

import pytest

from backbeat import Backbeat, Cancel, Queue, Retry
from backbeat.app import Event, Gap
from backbeat.testing import drain

OLDEST = "0-0"


async def take(queue: Queue, number: int, since: str | None = OLDEST) -> list[Event | Gap]:
    """So many events from one place on."""
    events: list[Event | Gap] = []
    async with asyncio.timeout(30), queue.events(since) as stream:
        async for event in stream:
            events.append(event)
            if len(events) == number:
                break
    return events


def kinds(events: list[Event | Gap]) -> list[str]:
    """The kinds of events, a gap by its name."""
    return [event.kind if isinstance(event, Event) else "gap" for event in events]


async def test_the_life_of_a_job_is_told(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job(retry=Retry.fixed(attempts=2, delay=1))
    async def fail() -> None:
        raise ValueError

    handle = await fail.enqueue()
    await drain(app, delayed=True)
    await handle.remove()
    events = await take(queue, 4)
    assert kinds(events) == ["added", "delayed", "failed", "removed"]
    assert all(isinstance(event, Event) and event.job_ids == (handle.id,) for event in events)


async def test_with_all_events_each_start_is_told(app: Backbeat) -> None:
    queue = app.queue("work", events="all")

    @queue.job()
    async def do() -> None: ...

    await queue.configure()
    await do.options(delay=1).enqueue()
    await drain(app, delayed=True)
    assert kinds(await take(queue, 4)) == ["added", "waiting", "active", "completed"]


async def test_without_events_nothing_is_told(app: Backbeat) -> None:
    queue = app.queue("work", events="none")
    await queue.configure()
    await queue.add("do", {})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), queue.events(OLDEST) as stream:
            await anext(stream)


async def test_every_way_to_end_is_told(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def end(how: str) -> Cancel | None:
        if how == "failed":
            raise ValueError
        return Cancel() if how == "cancelled" else None

    ways = ["completed", "failed", "cancelled"]
    for how in ways:
        await end.enqueue(how)
    await drain(app)
    assert kinds(await take(queue, 6))[3:] == ways


async def test_pausing_and_resuming_is_told(app: Backbeat) -> None:
    queue = app.queue("work")
    await queue.pause()
    await queue.resume()
    assert kinds(await take(queue, 2)) == ["paused", "resumed"]


async def test_who_begins_now_hears_only_what_happens_from_now_on(app: Backbeat) -> None:
    queue = app.queue("work")
    await queue.add("do", {}, id="before")
    async with asyncio.timeout(30), queue.events() as stream:
        await queue.add("do", {}, id="after")
        event = await anext(stream)
    assert isinstance(event, Event)
    assert event.job_ids == ("after",)


async def test_who_waits_hears_of_an_event_when_it_happens(app: Backbeat) -> None:
    queue = app.queue("work")
    async with asyncio.timeout(30), queue.events() as stream:
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        await queue.add("do", {}, id="a")
        event = await waiting
    assert isinstance(event, Event)
    assert (event.kind, event.job_ids) == ("added", ("a",))


async def test_reading_goes_on_after_the_last_event_that_was_read(app: Backbeat) -> None:
    queue = app.queue("work")
    for n in range(5):
        await queue.add("do", {}, id=f"j{n}")
    first = await take(queue, 2)
    last = first[-1]
    assert isinstance(last, Event)
    rest = await take(queue, 3, since=last.id)
    told = [event.job_ids for event in [*first, *rest] if isinstance(event, Event)]
    assert told == [(f"j{n}",) for n in range(5)]


async def test_who_fell_behind_is_told_of_the_gap(app: Backbeat) -> None:
    queue = app.queue("work")
    await queue.add("do", {})
    [read] = await take(queue, 1)
    assert isinstance(read, Event)
    await queue.obliterate()
    await queue.add("do", {}, id="new")
    gap, event = await take(queue, 2, since=read.id)
    assert isinstance(gap, Gap)
    assert gap.after == read.id
    assert isinstance(event, Event)
    assert event.job_ids == ("new",)


async def test_only_the_kinds_asked_for_are_told(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do() -> None: ...

    await do.enqueue()
    await drain(app)
    async with asyncio.timeout(30), queue.events(OLDEST, kinds=["completed"]) as stream:
        event = await anext(stream)
    assert isinstance(event, Event)
    assert event.kind == "completed"


async def test_many_jobs_of_one_call_are_one_event(app: Backbeat) -> None:
    queue = app.queue("work")
    handles = await queue.add_many([("do", {}) for _ in range(300)])
    [event] = await take(queue, 1)
    assert isinstance(event, Event)
    assert sorted(event.job_ids) == sorted(handle.id for handle in handles)
