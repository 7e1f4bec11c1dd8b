"""Batch handlers: one call for many jobs, an outcome for each."""

import asyncio
from collections.abc import Sequence

import pytest

from backbeat import (
    Backbeat,
    Batch,
    Cancel,
    ConfigurationError,
    InvalidOption,
    Retry,
    Snooze,
    State,
)
from backbeat.testing import FakeClock, drain


async def test_jobs_that_wait_together_run_in_one_call(app: Backbeat) -> None:
    queue = app.queue("index")
    calls: list[list[int]] = []

    @queue.batch(size=10)
    async def double(batch: Batch[int]) -> list[int]:
        calls.append(list(batch))
        return [2 * n for n in batch]

    handles = [await double.enqueue(n) for n in range(5)]
    await drain(app, concurrency=10)
    assert calls == [[0, 1, 2, 3, 4]]
    assert [await handle.result() for handle in handles] == [0, 2, 4, 6, 8]


async def test_no_call_has_more_than_its_size(app: Backbeat) -> None:
    queue = app.queue("index")
    sizes: list[int] = []

    @queue.batch(size=4, min_size=2, max_wait=0.01)
    async def index(batch: Batch[int]) -> None:
        sizes.append(len(batch))

    await queue.add_many([index.call(n) for n in range(10)])
    await drain(app, concurrency=10)
    assert sum(sizes) == 10
    assert max(sizes) == 4


async def test_fewer_than_the_least_run_when_the_wait_is_over(app: Backbeat) -> None:
    queue = app.queue("index")
    sizes: list[int] = []

    @queue.batch(size=10, min_size=5, max_wait=0.05)
    async def index(batch: Batch[str]) -> None:
        sizes.append(len(batch))

    await queue.add_many([index.call(word) for word in ("a", "b")])
    await drain(app, concurrency=10)
    assert sizes == [2]


async def test_jobs_of_one_call_have_one_key(app: Backbeat) -> None:
    queue = app.queue("index")
    calls: list[list[str]] = []

    @queue.batch(size=10, key=lambda word: word[0])
    async def index(batch: Batch[str]) -> None:
        calls.append(list(batch))

    await queue.add_many([index.call(word) for word in ("ada", "bob", "alan", "brian")])
    await drain(app, concurrency=10)
    assert sorted(calls) == [["ada", "alan"], ["bob", "brian"]]


async def test_each_job_has_an_outcome_of_its_own(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("index", retry=Retry.fixed(attempts=2, delay=5))

    @queue.batch(size=10)
    async def index(batch: Batch[str]) -> list[str | Snooze | Cancel | Exception]:
        outcomes: dict[str, str | Snooze | Cancel | Exception] = {
            "good": "done", "later": Snooze(60), "never": Cancel("no"), "bad": ValueError("odd"),
        }  # fmt: skip
        return [outcomes[word] for word in batch]

    handles = {word: await index.enqueue(word) for word in ("good", "later", "never", "bad")}
    await drain(app, concurrency=10)
    infos = {word: await handle.info() for word, handle in handles.items()}
    assert infos["good"].result == "done"
    assert (infos["later"].state, infos["later"].failures) == (State.DELAYED, 0)
    assert infos["never"].state is State.CANCELLED
    assert (infos["bad"].state, infos["bad"].failures) == (State.DELAYED, 1)


async def test_what_the_call_raises_is_the_outcome_of_all(app: Backbeat) -> None:
    queue = app.queue("index")

    @queue.batch(size=10)
    async def index(batch: Batch[int]) -> None:
        raise ValueError("no index")

    handles = await queue.add_many([index.call(n) for n in range(3)])
    await drain(app, concurrency=10)
    states = {(await handle.info()).state for handle in handles}
    assert states == {State.FAILED}


async def test_a_wrong_number_of_outcomes_fails_all_and_says_so(app: Backbeat) -> None:
    queue = app.queue("index")

    @queue.batch(size=10)
    async def index(batch: Batch[int]) -> list[int]:
        return [1]

    handles = await queue.add_many([index.call(n) for n in range(3)])
    await drain(app, concurrency=10)
    error = (await handles[0].info()).error
    assert error is not None
    assert "3 outcomes" in error.message


async def test_a_function_runs_in_a_thread(app: Backbeat) -> None:
    queue = app.queue("index")

    @queue.batch(size=10)
    def total(batch: Batch[int]) -> Sequence[int]:
        return [sum(batch)] * len(batch)

    handles = await queue.add_many([total.call(n) for n in (1, 2, 3)])
    await drain(app, concurrency=10)
    assert [await handle.result() for handle in handles] == [6, 6, 6]


async def test_a_job_that_is_cancelled_does_not_harm_its_neighbours(app: Backbeat) -> None:
    queue = app.queue("index")
    began, go_on = asyncio.Event(), asyncio.Event()

    @queue.batch(size=10)
    async def index(batch: Batch[int]) -> list[int]:
        began.set()
        await go_on.wait()
        return list(batch)

    handles = [await index.enqueue(n) for n in range(3)]
    running = asyncio.create_task(drain(app, concurrency=10))
    await began.wait()
    await handles[1].cancel("not that one")
    async for event in handles[1].events():
        assert event.kind == "cancelled"
    go_on.set()
    await running
    states = [(await handle.info()).state for handle in handles]
    assert states == [State.COMPLETED, State.CANCELLED, State.COMPLETED]


async def test_every_item_is_checked_when_it_is_enqueued(app: Backbeat) -> None:
    queue = app.queue("index")

    @queue.batch(size=10)
    async def index(batch: Batch[int]) -> None: ...

    with pytest.raises(Exception, match="item"):
        await index.enqueue("seven")  # type: ignore[arg-type] # the case


async def test_a_function_that_takes_no_batch_is_refused(app: Backbeat) -> None:
    queue = app.queue("index")
    with pytest.raises(ConfigurationError, match=r"Batch\[Item\]"):

        @queue.batch(size=10)  # type: ignore[arg-type] # the case
        async def index(items: list[int]) -> None: ...

    with pytest.raises(InvalidOption, match="min_size"):
        queue.batch(size=3, min_size=4)
