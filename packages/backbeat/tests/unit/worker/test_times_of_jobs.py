"""When jobs start that something held back: to the millisecond, in time that the tests make."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from backbeat import (
    Backbeat,
    Batch,
    Breaker,
    Groups,
    Job,
    Queue,
    Rate,
    Retry,
    Snooze,
    Unique,
    every,
)
from backbeat.engine.permits.calls import Wish
from packages.backbeat.tests.support.virtual_time import live
from packages.backbeat.tests.unit.worker.test_times_of_a_worker import worker_of

# A timer, a round trip and a whole millisecond.
NEARLY = 0.004


class Story:
    """A worker that nobody disturbs, and when jobs started since it was ready."""

    def __init__(self, app: Backbeat) -> None:
        self.app = app
        self.starts: list[float] = []
        self._began = 0.0

    def note(self) -> None:
        """A job starts."""
        self.starts.append(round(self.now() - self._began, 3))

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def tell(self, what: Callable[[], Awaitable[None]], *, seconds: float = 300.0) -> list[float]:
        """Do something at the beginning, and let so much time pass."""

        async def story() -> list[float]:
            async with worker_of(self.app, grace=0.0) as worker:
                await worker.ready()
                self._began = self.now()
                await what()
                await asyncio.sleep(seconds)
            return self.starts

        return live(self.app, story)


@pytest.fixture
def story() -> Story:
    return Story(Backbeat())


def noting(story: Story, queue: Queue, **options: Any) -> Any:
    @queue.job("note", **options)
    async def note(number: int) -> None:
        story.note()

    return note


@pytest.mark.parametrize(
    ("options", "moments"),
    [
        ({"rate": Rate(2, per=10)}, [0, 0, 10, 10, 20, 20]),
        ({"rate": Rate(1, per=10, burst=2)}, [0, 0, 10, 20, 30, 40]),
        ({"groups": Groups(rate=Rate(1, per=60))}, [0, 60, 120, 180, 240, 300]),
        ({"limits": ["partner"]}, [0, 0, 0, 30, 30, 30]),
    ],
    ids=["window", "bucket", "group", "shared limit"],
)
def test_what_a_rate_holds_back_starts_when_there_is_room(
    story: Story, options: dict[str, Any], moments: list[float]
) -> None:
    story.app.limit("partner", rate=Rate(3, per=30))
    note = noting(story, story.app.queue("q", **options))
    group = {"group": "one"} if "groups" in options else {}

    async def add() -> None:
        for number in range(6):
            await note.options(**group).enqueue(number)

    assert story.tell(add, seconds=310) == pytest.approx(moments, abs=0.1)


def test_a_batch_waits_for_more_as_long_as_it_may(story: Story) -> None:
    @story.app.queue("q").batch(size=10, min_size=3, max_wait=20.0)
    async def together(batch: Batch[int]) -> None:
        story.note()

    async def add() -> None:
        await together.enqueue(1)
        await asyncio.sleep(50)
        for number in range(3):
            await together.enqueue(number)
            await asyncio.sleep(5)

    # Alone it waits for twenty seconds; the third that comes after that ends the wait at once.
    assert story.tell(add) == pytest.approx([20, 60], abs=NEARLY)


def test_retries_and_snoozes_start_when_their_wait_is_over(story: Story) -> None:
    @story.app.queue("q").job(retry=Retry.fixed(attempts=3, delay=30))
    async def flaky(job: Job) -> Snooze | None:
        story.note()
        if job.attempt < 3:
            raise ValueError(job.attempt)
        return Snooze(45) if len(story.starts) < 4 else None

    async def add() -> None:
        await flaky.enqueue()

    assert story.tell(add) == pytest.approx([0, 30, 60, 105], abs=4 * NEARLY)


def test_a_debounced_job_starts_that_long_after_the_last_of_them(story: Story) -> None:
    note = noting(story, story.app.queue("q"), unique=Unique(by=(), debounce=40, max_wait=100))

    async def add() -> None:
        for number in range(3):
            await note.enqueue(number)
            await asyncio.sleep(25)
        await asyncio.sleep(75)
        for number in range(8):
            await note.enqueue(number)
            await asyncio.sleep(25)

    # The second time somebody comes again and again: it starts at its ceiling.
    assert story.tell(add)[:2] == pytest.approx([90, 250], abs=NEARLY)


def test_a_job_looks_for_its_lock_when_the_time_of_a_dead_holder_is_over(story: Story) -> None:
    note = noting(story, story.app.queue("q"), lock="one")

    async def add() -> None:
        permits = (await story.app.connections.open()).permits
        await permits.hold(Wish("one", "dead", "dead", 70_000), "take")
        await note.enqueue(1)

    assert story.tell(add) == pytest.approx([70], abs=NEARLY)


def test_a_job_has_its_lock_when_it_is_given_back(story: Story) -> None:
    note = noting(story, story.app.queue("q"), lock="one")

    async def add() -> None:
        async with story.app.lock("one"):
            await note.enqueue(1)
            await asyncio.sleep(33)

    assert story.tell(add) == pytest.approx([33], abs=NEARLY)


def test_jobs_behind_an_open_breaker_start_when_it_is_half_open(story: Story) -> None:
    note = noting(story, story.app.queue("q"), breaker=Breaker("mail", open_for=60, probes=1))

    async def add() -> None:
        await story.app.breaker("mail").open(duration=60)
        await note.enqueue(1)

    assert story.tell(add) == pytest.approx([60], abs=NEARLY)


def test_a_schedule_makes_its_job_at_its_slot(story: Story) -> None:
    note = noting(story, story.app.queue("q"))

    async def add() -> None:
        await story.app.schedules.upsert("s", every(50), note.call(1))

    starts = story.tell(add, seconds=260)
    assert len(starts) == 5
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert gaps == pytest.approx([50] * 4, abs=NEARLY)


def test_a_run_is_told_as_stale_when_it_is_that_old(story: Story) -> None:
    @story.app.queue("q").job(stale_after=80)
    async def long() -> None:
        await asyncio.sleep(200)

    async def add() -> None:
        handle = await long.enqueue()
        async for event in handle.events():
            if event.kind == "stale":
                story.note()

    assert story.tell(add) == pytest.approx([80], abs=NEARLY)
