"""Flows: jobs of several queues that wait for each other."""

import asyncio
from typing import TypeVar

import pytest

from backbeat import (
    Backbeat,
    FlowNotFound,
    Groups,
    InvalidJob,
    InvalidOption,
    Job,
    JobFailed,
    Keep,
    QueueFull,
    State,
    WaitForChildren,
)
from backbeat.app import Flow, SyncFlow, SyncFlowHandle
from backbeat.testing import drain

AnyFlow = TypeVar("AnyFlow", Flow, SyncFlow)


async def test_a_job_runs_when_those_that_it_waits_for_are_done(app: Backbeat) -> None:
    video, web = app.queue("video"), app.queue("web")

    @video.job()
    async def encode(name: str) -> int:
        return len(name)

    @web.job()
    async def publish(job: Job, title: str) -> str:
        return f"{title}: {await job.results(encode)}"

    flow = app.flow("release-42")
    first, second = flow.add(encode.call("abc")), flow.add(encode.call("ab"))
    last = flow.add(publish.call("both"), after=[first, second])
    handle = await flow.start()

    assert (await web.get(last.id)).state is State.WAITING_CHILDREN
    ran = await drain(app)
    assert ran[-1].name == "publish"
    assert await handle.job(last).result() == "both: [3, 2]"
    info = await handle.info()
    assert (info.total, info.completed, info.open, info.share) == (3, 3, 0, 1.0)
    assert info.ended_at is not None


async def test_a_flow_may_be_any_graph_without_circles(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")

    @a.job()
    async def one(job: Job, number: int) -> int:
        return number + sum([int(child.result) async for child in job.child_results()])

    @b.job()
    async def other(job: Job, number: int) -> int:
        return number + sum([int(child.result) async for child in job.child_results()])

    flow = app.flow()
    root = flow.add(one.call(1))
    left, right = flow.add(other.call(10), after=[root]), flow.add(one.call(100), after=[root])
    top = flow.add(other.call(1000), after=[left, right, root])
    handle = await flow.start()
    await drain(app)

    # 11 over the left, 101 over the right, and 1 itself.
    assert await handle.job(top).result() == 1113


async def test_a_chain_runs_in_its_order(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")
    seen = []

    @a.job()
    async def odd(number: int) -> None:
        seen.append(number)

    @b.job()
    async def even(number: int) -> None:
        seen.append(number)

    flow = app.flow()
    flow.chain(*((odd if number % 2 else even).call(number) for number in range(8)))
    await flow.start()
    await drain(app, concurrency=4)

    assert seen == list(range(8))


async def test_results_are_read_page_by_page(app: Backbeat) -> None:
    work = app.queue("work")

    @work.job()
    async def square(number: int) -> int:
        return number**2

    @work.job()
    async def add_up(job: Job) -> list[int]:
        return [child.result async for child in job.child_results(square, page=7)]

    flow = app.flow()
    total = flow.fan_out([square.call(number) for number in range(50)], add_up.call())
    handle = await flow.start()
    await drain(app)

    assert await handle.job(total).result() == [number**2 for number in range(50)]


async def test_results_reach_the_parent_although_their_jobs_are_not_kept(app: Backbeat) -> None:
    gone, work = app.queue("gone", keep=Keep(completed=0, failed=0)), app.queue("work")

    @gone.job()
    async def do(fine: bool) -> str:
        if not fine:
            raise ValueError("no")
        return "done"

    @work.job()
    async def look(job: Job) -> list[tuple[str, str]]:
        return [
            (child.state, child.result or (child.error and child.error.message) or "")
            async for child in job.child_results(do)
        ]

    flow = app.flow()
    last = flow.fan_out([do.call(True), do.call(False)], look.call(), on_failure="ignore")
    handle = await flow.start()
    await drain(app)

    assert await handle.job(last).result() == [("completed", "done"), ("failed", "no")]
    assert [entry.state async for entry in handle.jobs()] == ["completed", "completed", "failed"]


async def test_a_flow_of_the_same_id_is_started_once(app: Backbeat) -> None:
    work = app.queue("work")

    @work.job()
    async def do() -> None: ...

    async def start() -> bool:
        flow = app.flow("nightly")
        flow.add(do.call())
        return (await flow.start()).existing

    assert not await start()
    assert await start()
    assert len(await drain(app)) == 1
    assert await start()


async def test_a_delay_counts_from_the_end_of_the_children(app: Backbeat) -> None:
    work = app.queue("work")

    @work.job()
    async def do() -> None: ...

    flow = app.flow()
    first = flow.add(do.call())
    last = flow.add(do.options(delay=60).call(), after=[first])
    await flow.start()

    assert len(await drain(app)) == 1
    assert (await work.get(last.id)).state is State.DELAYED
    assert len(await drain(app, delayed=True)) == 1


async def test_a_job_may_add_others_that_its_parents_wait_for(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")

    @b.job()
    async def count(word: str) -> int:
        return len(word)

    @a.job()
    async def split(job: Job, text: str) -> None:
        await job.flow.add_many([count.call(word) for word in text.split()])

    @a.job()
    async def add_up(job: Job) -> int:
        return sum(await job.results(count))

    flow = app.flow()
    total = flow.add(add_up.call(), after=[flow.add(split.call("one two three"))])
    handle = await flow.start()
    await drain(app)

    assert await handle.job(total).result() == 11
    assert (await handle.info()).total == 5


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_a_job_may_wait_for_children_of_its_own(app: Backbeat, elsewhere: bool) -> None:
    a = app.queue("a")
    b = app.queue("b") if elsewhere else a

    @b.job()
    async def count(word: str) -> int:
        return len(word)

    @a.job()
    async def total(job: Job, text: str) -> int | WaitForChildren:
        if not (await job.children()).total:
            for word in text.split():
                await job.flow.add_child(count.call(word))
            return WaitForChildren()
        return sum(await job.results(count))

    flow = app.flow()
    whole = flow.add(total.call("one two three"))
    handle = await flow.start()
    ran = await drain(app)

    assert [each.outcome for each in ran if each.name == "total"] == ["waits", "completed"]
    assert await handle.job(whole).result() == 11
    assert (await a.get(whole.id)).failures == 0


async def test_a_job_that_failed_adds_the_same_jobs_again_and_not_more(app: Backbeat) -> None:
    work = app.queue("work")
    tries = []

    @work.job()
    async def part(number: int) -> int:
        return number

    @work.job()
    async def split(job: Job) -> None:
        tries.append(job.attempt)
        await job.flow.add_many([part.call(number) for number in range(3)])
        if len(tries) == 1:
            raise ValueError("after adding")

    @work.job()
    async def gather(job: Job) -> list[int]:
        return sorted(await job.results(part))

    flow = app.flow()
    last = flow.add(gather.call(), after=[flow.add(split.options(attempts=2).call())])
    handle = await flow.start()
    await drain(app, delayed=True)

    assert tries == [1, 2]
    assert await handle.job(last).result() == [0, 1, 2]


async def test_a_waiting_job_takes_more_children_from_outside(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")

    @b.job()
    async def part(number: int) -> int:
        return number

    @a.job()
    async def gather(job: Job) -> list[int]:
        return sorted(await job.results(part))

    flow = app.flow()
    last = flow.add(gather.call(), after=[flow.add(part.call(1))])
    handle = await flow.start()
    await handle.add(part.call(2), before=last)
    await drain(app)

    assert await handle.job(last).result() == [1, 2]
    with pytest.raises(Exception, match="does not wait for children"):
        await handle.add(part.call(3), before=last)


async def test_who_waits_for_a_job_hears_that_its_child_failed(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")

    @b.job()
    async def fail() -> None:
        raise ValueError("no")

    @a.job()
    async def never() -> None: ...

    flow = app.flow()
    last = flow.add(never.call(), after=[flow.add(fail.call())])
    handle = await flow.start()
    waiting = asyncio.create_task(handle.job(last).result(timeout=30))
    await asyncio.sleep(0)
    await drain(app)

    with pytest.raises(JobFailed, match="ChildFailed: 0 of 1 children can still succeed"):
        await waiting


async def test_flows_are_found_by_their_ids_and_listed(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")

    @a.job()
    async def one() -> None: ...

    @b.job()
    async def other() -> None: ...

    for number, handler in enumerate([one, other, one]):
        flow = app.flow(f"flow-{number}")
        flow.add(handler.call())
        await flow.start()

    assert {flow.id for flow in await app.flows()} == {"flow-0", "flow-1", "flow-2"}
    assert (await app.flow_of("flow-1")).home == "b"
    with pytest.raises(FlowNotFound):
        await app.flow_of("flow-9")


async def test_what_makes_no_flow_is_refused(app: Backbeat) -> None:
    work = app.queue("work")

    @work.job()
    async def do() -> None: ...

    with pytest.raises(InvalidOption, match="has no jobs"):
        await app.flow("empty").start()
    with pytest.raises(InvalidJob, match="another flow"):
        app.flow().add(do.call(), after=[app.flow().add(do.call())])
    twice = app.flow()
    twice.add(do.options(id="same").call())
    twice.add(do.options(id="same").call())
    with pytest.raises(InvalidOption, match="the id 'same'"):
        await twice.start()


async def test_a_flow_may_go_over_the_partitions_of_a_queue(app: Backbeat) -> None:
    spread, one = app.queue("spread", partitions=3, partition_by="{word}"), app.queue("one")

    @spread.job()
    async def count(word: str) -> int:
        return len(word)

    @spread.job()
    async def split(job: Job, word: str) -> None:
        await job.flow.add_many([count.call(each) for each in word.split()])

    @one.job()
    async def add_up(job: Job) -> int:
        return sum(await job.results(count))

    flow = app.flow()
    parts = [flow.add(count.call(word)) for word in ("a", "bb", "ccc", "dddd")]
    growing = flow.add(split.call("eeeee ffffff"))
    total = flow.add(add_up.call(), after=[*parts, growing])
    handle = await flow.start()
    assert await handle.job(total).state() is State.WAITING_CHILDREN
    assert {entry.queue async for entry in handle.jobs()} == {"spread", "one"}
    await drain(app)

    assert await handle.job(total).result() == 21
    assert await handle.job(parts[1]).result() == 2
    assert (await spread.counts()).waiting_children == 0
    assert (await handle.info()).completed == 8


async def test_no_kept_result_stands_in_for_a_job_of_a_flow(app: Backbeat) -> None:
    work = app.queue("work")
    runs: list[int] = []

    @work.job(cache=600)
    async def price(of: int) -> int:
        runs.append(of)
        if len(runs) == 1:
            raise ValueError("the first time")
        return of

    @work.job()
    async def add_up(job: Job) -> int:
        return sum(await job.results(price))

    await price.enqueue(5)
    await drain(app)
    flow = app.flow()
    # One that has just failed, and twice the same.
    total = flow.fan_out([price.call(5), price.call(5)], add_up.call())
    handle = await flow.start()
    await drain(app)

    assert await handle.job(total).result() == 10
    assert runs == [5, 5, 5]


async def test_jobs_of_a_flow_take_turns_in_their_groups(app: Backbeat) -> None:
    work = app.queue("work", groups=Groups(concurrency=1))
    seen = []

    @work.job()
    async def do(number: int) -> None:
        seen.append(number)

    flow = app.flow()
    first = [flow.add(do.options(group="a").call(number)) for number in range(2)]
    flow.add(do.options(group="b").call(2), after=first)
    await flow.start()
    await drain(app, concurrency=4)

    assert sorted(seen) == [0, 1, 2]
    assert seen[-1] == 2


async def test_a_job_outside_of_flows_has_no_flow(app: Backbeat) -> None:
    work = app.queue("work")

    @work.job()
    async def look(job: Job) -> str:
        return job.flow.id

    await look.enqueue()
    (ran,) = await drain(app)
    assert "is in no flow" in ran.error


@pytest.mark.parametrize("full", ["home", "other"])
async def test_a_flow_is_refused_whole_where_a_queue_has_no_room(app: Backbeat, full: str) -> None:
    bounds = {"home": 3, "other": 3} | {full: 2}
    home, other = (app.queue(name, max_jobs=bounds[name]) for name in ("home", "other"))
    for queue in (home, other):
        await queue.configure()
        await queue.add("old", {})

    def declared(flow: AnyFlow) -> AnyFlow:
        first = [flow.add(queue.call("new", {})) for queue in (other, home, other, home)]
        flow.add(other.call("new", {}), after=first)
        flow.add(home.call("last", {}), after=first)
        return flow

    def start_in_a_thread() -> SyncFlowHandle:
        return declared(app.sync.flow("f")).start()

    with pytest.raises(QueueFull, match=full):
        await declared(app.flow("f")).start()
    with pytest.raises(QueueFull, match=full):
        await asyncio.to_thread(start_in_a_thread)
    for queue in (home, other):
        counts = await queue.counts()
        assert (counts.waiting, counts.waiting_children) == (1, 0)
    assert await app.flows() == []

    await app.queue(full).drain()
    assert not (await declared(app.flow("f")).start()).existing
    # Now they are full because of it, and whoever asks again is told that it is there.
    assert (await declared(app.flow("f")).start()).existing
    assert (await asyncio.to_thread(start_in_a_thread)).existing


@pytest.mark.parametrize("home", ["full", "free"])
async def test_a_full_queue_takes_no_flow_though_its_jobs_would_wait(
    app: Backbeat, home: str
) -> None:
    full, free = app.queue("full", max_jobs=1), app.queue("free")
    await full.configure()
    await full.add("old", {})
    flow = app.flow()
    first = flow.add(free.call("new", {}))
    second = flow.add(full.call("new", {}), after=[first])
    flow.add(app.queue(home).call("new", {}), after=[second])
    with pytest.raises(QueueFull):
        await flow.start()
    await full.drain()
    assert not (await flow.start()).existing
    assert (await full.counts()).waiting_children == (2 if home == "full" else 1)
