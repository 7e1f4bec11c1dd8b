"""Flows that are started and steered without an event loop: on every store, the same answers."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from backbeat import (
    AtLeast,
    Backbeat,
    FlowNotFound,
    InvalidOption,
    Job,
    JobError,
    JobNotFound,
    State,
)
from backbeat.testing import drain

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """Run blocking code as a program without an event loop would."""
    return await asyncio.to_thread(work)


async def test_a_tree_is_started_and_its_result_is_had(app: Backbeat) -> None:
    low, high = app.queue("low"), app.queue("high")

    @low.job()
    async def count(word: str) -> int:
        return len(word)

    @high.job()
    async def add_up(job: Job) -> int:
        return sum(await job.results(count))

    flow = app.sync.flow("words")
    last = flow.fan_out([count.call(word) for word in ("a", "bb", "ccc")], add_up.call())
    handle = await in_thread(flow.start)
    assert not handle.existing
    assert (await in_thread(handle.info)).share == 0

    await drain(app)
    assert await in_thread(lambda: handle.job(last).result(timeout=30)) == 6
    assert (await in_thread(lambda: handle.ended(timeout=30))).completed == 4
    again = app.sync.flow("words")
    again.add(add_up.call())
    assert (await in_thread(again.start)).existing


async def test_a_graph_with_thresholds_and_rules_runs_as_it_was_said(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")
    ran: list[str] = []

    @a.job()
    async def do(name: str) -> None:
        ran.append(name)
        if name == "bad":
            raise ValueError(name)

    @b.job()
    async def undo(name: str) -> None:
        ran.append(name)

    flow = app.sync.flow()
    first = flow.add(do.call("first"), compensate=undo.call("undone"))
    bad, good = flow.add(do.call("bad"), after=[first]), flow.add(undo.call("good"), after=[first])
    flow.add(undo.call("enough"), after=[bad.on_failure("ignore"), good], succeed_when=AtLeast(1))
    flow.chain(undo.call("then"), do.call("last"), after=[good])
    await in_thread(flow.start)
    await drain(app)
    assert set(ran) == {"first", "bad", "good", "enough", "then", "last", "undone"}


async def test_a_flow_is_looked_at_as_a_tree(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")

    @a.job()
    async def do() -> None: ...

    @b.job()
    async def other() -> None: ...

    flow = app.sync.flow("f")
    first = flow.add(do.call())
    flow.add(do.call(), after=[first, flow.add(other.options(delay=60).call(), after=[first])])
    handle = await in_thread(flow.start)
    await drain(app)

    entries = await in_thread(lambda: list(handle.jobs()))
    assert [(entry.id, entry.queue, entry.state) for entry in entries] == [
        ("f:3", "a", "waiting-children"), ("f:2", "b", "delayed"), ("f:1", "a", "completed"),
    ]  # fmt: skip
    assert entries == [entry async for entry in (await app.flow_of("f")).jobs()]
    with pytest.raises(TimeoutError, match="flow f has not ended within"):
        await in_thread(lambda: handle.ended(timeout=0.05))


async def test_a_flow_is_retried_from_what_failed(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")
    broken, ran = [True], list[str]()

    @a.job()
    async def first() -> None:
        ran.append("first")

    @b.job()
    async def second() -> None:
        ran.append("second")
        if broken:
            raise ValueError("no")

    flow = app.sync.flow()
    last = flow.chain(first.call(), second.call(), first.call())[-1]
    handle = await in_thread(flow.start)
    await drain(app)
    broken.clear()
    assert await in_thread(handle.retry) == 2
    assert await in_thread(handle.job(last).state) is State.WAITING_CHILDREN
    await drain(app)
    assert ran == ["first", "second", "second", "first"]
    assert await in_thread(handle.retry) == 0


async def test_a_flow_is_cancelled_as_a_whole(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")

    @a.job()
    async def do() -> None: ...

    flow = app.sync.flow()
    later = flow.add(b.call("elsewhere", {}, delay=60), after=[flow.add(do.call())])
    flow.add(do.call(), after=[later])
    handle = await in_thread(flow.start)
    await drain(app)
    assert await in_thread(lambda: handle.cancel("enough")) == 2
    assert (await b.get(later.id)).cancel_reason == "enough"
    assert await drain(app, delayed=True) == []


async def test_a_job_that_waits_takes_one_more_child(app: Backbeat) -> None:
    low, high = app.queue("low"), app.queue("high")

    @low.job()
    async def part(number: int) -> int:
        return number

    @high.job()
    async def gather(job: Job) -> list[int]:
        return sorted(await job.results(part))

    flow = app.sync.flow()
    last = flow.add(gather.call(), after=[flow.add(part.call(1))])
    handle = await in_thread(flow.start)
    await in_thread(lambda: handle.add(part.call(2), before=last))
    await in_thread(lambda: handle.add(part.call(3), before=handle.job(last)))
    (*_, ran) = await drain(app)
    assert ran.result == [1, 2, 3]
    with pytest.raises(JobError, match="does not wait"):
        await in_thread(lambda: handle.add(part.call(4), before=last))
    with pytest.raises(JobNotFound):
        await in_thread(lambda: handle.add(part.call(4), before=high.sync.handle("nobody")))


async def test_flows_are_found_and_listed(app: Backbeat) -> None:
    @app.queue("work").job()
    async def do() -> None: ...

    for name in ("one", "two"):
        flow = app.sync.flow(name)
        flow.add(do.call())
        await in_thread(flow.start)
    assert {info.id for info in await in_thread(app.sync.flows)} == {"one", "two"}
    assert await in_thread(app.sync.flows) == await app.flows()
    found = await in_thread(lambda: app.sync.flow_of("one"))
    assert (await in_thread(found.info)).total == 1
    with pytest.raises(FlowNotFound):
        await in_thread(lambda: app.sync.flow_of("three"))
    with pytest.raises(InvalidOption, match="has no jobs"):
        await in_thread(app.sync.flow().start)


async def test_a_flow_goes_over_partitions(app: Backbeat) -> None:
    queue = app.queue("wallets", partitions=8, partition_by="{wallet}")

    @queue.job()
    async def load(wallet: str) -> str:
        return wallet

    @app.queue("reports").job()
    async def report(job: Job) -> int:
        return len(await job.results(load))

    flow = app.sync.flow()
    last = flow.fan_out([load.call(f"w{number}") for number in range(12)], report.call())
    handle = await in_thread(flow.start)
    await drain(app)
    assert await in_thread(lambda: handle.job(last).result(timeout=30)) == 12


async def test_a_queue_of_a_flow_may_be_obliterated(app: Backbeat) -> None:
    low, high = app.queue("low"), app.queue("high")
    flow = app.sync.flow()
    last = flow.add(
        high.call("whole", {}), after=[flow.add(low.call("part", {}, delay=60)) for _ in range(3)]
    )
    await in_thread(flow.start)
    await in_thread(low.sync.obliterate)
    assert (await high.get(last.id)).state is State.FAILED
