"""Whole flows on request: cancelled, retried, looked at, and when a queue of theirs goes away."""

import pytest

from backbeat import Backbeat, Job, Keep, State
from backbeat.testing import drain


async def test_a_flow_is_cancelled_as_a_whole(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")

    @a.job()
    async def do() -> None: ...

    @b.job()
    async def other() -> None: ...

    flow = app.flow()
    first = flow.add(do.call())
    later = flow.add(other.options(delay=60).call(), after=[first])
    flow.add(do.call(), after=[later])
    handle = await flow.start()
    await drain(app)
    assert await handle.cancel("enough") == 2

    info = await handle.info()
    assert (info.completed, info.cancelled, info.open) == (1, 2, 0)
    assert (await b.get(later.id)).cancel_reason == "enough"
    assert await drain(app, delayed=True) == []


async def test_what_comes_to_a_cancelled_flow_is_cancelled(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")

    @b.job()
    async def other() -> None: ...

    @a.job()
    async def do(job: Job) -> None:
        await (await app.flow_of(job.flow.id)).cancel("enough")
        await job.flow.add(other.call())

    flow = app.flow()
    flow.add(other.call(), after=[flow.add(do.call())])
    handle = await flow.start()
    ran = await drain(app)

    assert [each.name for each in ran] == ["do"]
    assert (await handle.info()).cancelled >= 2


async def test_a_flow_is_retried_from_what_failed(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")
    broken, ran = [True], []

    @a.job()
    async def first() -> None:
        ran.append("first")

    @b.job()
    async def second() -> None:
        ran.append("second")
        if broken:
            raise ValueError("no")

    @a.job()
    async def third() -> None:
        ran.append("third")

    flow = app.flow()
    jobs = flow.chain(first.call(), second.call(), third.call())
    handle = await flow.start()
    await drain(app)
    assert ran == ["first", "second"]
    assert (await a.get(jobs[2].id)).state is State.FAILED
    assert (await handle.info()).ended_at is not None

    assert await handle.retry() == 2
    assert (await a.get(jobs[2].id)).state is State.WAITING_CHILDREN
    assert (await handle.info()).ended_at is None
    await drain(app)
    broken.clear()
    assert await handle.retry() == 2
    await drain(app)

    assert ran == ["first", "second", "second", "second", "third"]
    assert (await handle.info()).completed == 3
    assert await handle.retry() == 0


async def test_a_flow_that_was_undone_is_done_again(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")
    broken, seen = [True], []

    @a.job()
    async def charge() -> None:
        seen.append("charge")

    @b.job()
    async def refund() -> None:
        seen.append("refund")

    @b.job()
    async def deliver() -> None:
        if broken:
            raise ValueError("no")
        seen.append("deliver")

    flow = app.flow()
    flow.add(deliver.call(), after=[flow.add(charge.call(), compensate=refund.call())])
    handle = await flow.start()
    await drain(app)
    broken.clear()
    await handle.retry()
    await drain(app)

    assert seen == ["charge", "refund", "charge", "deliver"]


async def test_what_was_not_kept_cannot_run_again(app: Backbeat) -> None:
    gone, work = app.queue("gone", keep=Keep(failed=0)), app.queue("work")

    @gone.job()
    async def fail() -> None:
        raise ValueError("no")

    @work.job()
    async def never() -> None: ...

    flow = app.flow()
    flow.add(never.call(), after=[flow.add(fail.call())])
    handle = await flow.start()
    await drain(app)
    await handle.retry()
    await drain(app)

    info = await handle.info()
    assert (info.removed, info.failed, info.open) == (1, 1, 0)


async def test_the_jobs_of_a_flow_are_read_with_their_states(app: Backbeat) -> None:
    a, b = app.queue("a"), app.queue("b")

    @a.job()
    async def do() -> None: ...

    @b.job()
    async def other() -> None: ...

    flow = app.flow("f")
    first = flow.add(do.call())
    second = flow.add(other.options(delay=60).call(), after=[first])
    flow.add(do.call(), after=[first, second])
    handle = await flow.start()
    await drain(app)

    entries = [entry async for entry in handle.jobs()]
    assert [(entry.id, entry.queue, entry.name, entry.state) for entry in entries] == [
        ("f:3", "a", "do", "waiting-children"),
        ("f:2", "b", "other", "delayed"),
        ("f:1", "a", "do", "completed"),
    ]
    assert entries[2].parents == (("b", "f:2"), ("a", "f:3"))


@pytest.mark.parametrize("first", ["child", "parent"])
async def test_a_queue_of_a_flow_may_be_obliterated(app: Backbeat, first: str) -> None:
    low, high = app.queue("low"), app.queue("high")

    @low.job()
    async def part() -> None: ...

    @high.job()
    async def whole() -> None: ...

    flow = app.flow()
    parts = [flow.add(part.options(delay=60).call()) for _ in range(3)]
    last = flow.add(whole.call(), after=parts)
    await flow.start()

    await (low if first == "child" else high).obliterate()
    if first == "child":
        assert (await high.get(last.id)).state is State.FAILED
    else:
        assert len(await drain(app, delayed=True)) == 3
        assert (await high.counts()).waiting_children == 0


async def test_a_parent_that_is_cancelled_leaves_its_children_alone(app: Backbeat) -> None:
    low, high = app.queue("low"), app.queue("high")

    @low.job()
    async def part() -> None: ...

    @high.job()
    async def whole() -> None: ...

    flow = app.flow()
    last = flow.add(whole.call(), after=[flow.add(part.call())])
    handle = await flow.start()
    await handle.job(last).cancel("not wanted")
    ran = await drain(app)

    assert [each.name for each in ran] == ["part"]
    assert (await high.get(last.id)).state is State.CANCELLED
