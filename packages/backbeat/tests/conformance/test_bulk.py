"""Many jobs in one call: an answer for each, all checked before the first is sent."""

import contextlib

import pytest

from backbeat import Backbeat, InvalidPayload, JobNotFound, QueueFull
from backbeat.app.call import JobCall
from backbeat.testing import FakeClock, drain


async def test_each_job_of_a_bulk_has_its_answer_in_order(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do(n: int) -> int:
        return n

    await do.options(id="waits").enqueue(0)
    await do.options(id="done").enqueue(0)
    await drain(app)
    await do.options(id="waits", on_kept="replace").enqueue(0)
    handles = await queue.add_many(
        [
            do.call(1),
            do.options(id="waits").call(2),
            do.options(id="done").call(3),
            do.options(id="new").call(4),
            do.options(id="new").call(5),
        ]
    )
    assert [handle.added for handle in handles] == [
        "created", "existing", "kept", "created", "existing",
    ]  # fmt: skip
    assert [handle.id for handle in handles[1:]] == ["waits", "done", "new", "new"]


async def test_thousands_of_jobs_are_added_and_run_once_each(app: Backbeat) -> None:
    queue = app.queue("work")
    seen: list[int] = []

    @queue.job()
    async def do(n: int) -> None:
        seen.append(n)

    handles = await queue.add_many([do.call(n) for n in range(3_000)])
    assert all(handle.created for handle in handles)
    assert len({handle.id for handle in handles}) == 3_000
    await drain(app, concurrency=200)
    assert sorted(seen) == list(range(3_000))


async def test_a_bulk_keeps_its_order(app: Backbeat) -> None:
    queue = app.queue("work")
    seen: list[int] = []

    @queue.job()
    async def do(n: int) -> None:
        seen.append(n)

    await queue.add_many([do.call(n) for n in range(700)])
    await drain(app, concurrency=50)
    assert seen == list(range(700))


async def test_plain_and_special_jobs_go_together(app: Backbeat, clock: FakeClock) -> None:
    queue = app.queue("work")
    seen: list[str] = []

    @queue.job()
    async def do(which: str) -> None:
        seen.append(which)

    await queue.add_many(
        [
            do.call("plain"),
            do.options(delay=10).call("delayed"),
            do.options(priority=9).call("urgent"),
            do.options(lifo=True).call("lifo"),
        ]
    )
    await drain(app)
    assert seen == ["urgent", "lifo", "plain"]
    clock.advance(10)
    await drain(app)
    assert seen[-1] == "delayed"


async def test_names_and_data_are_enough(app: Backbeat) -> None:
    queue = app.queue("work")
    seen: list[int] = []

    @queue.job()
    async def do(n: int) -> None:
        seen.append(n)

    await queue.add_many([("do", {"n": 1}), ("do", {"n": 2})])
    await drain(app)
    assert seen == [1, 2]


async def test_options_of_a_bulk_are_those_of_each_pair(app: Backbeat) -> None:
    queue = app.queue("work")
    await queue.add_many([("do", {"n": n}) for n in range(3)], delay=60, priority=8)
    assert (await queue.counts()).delayed == 3


async def test_one_wrong_job_keeps_all_from_being_added(app: Backbeat) -> None:
    queue = app.queue("work")

    @queue.job()
    async def do(n: int) -> None: ...

    with pytest.raises(InvalidPayload, match="n"):
        await queue.add_many([("do", {"n": 1}), ("do", {"n": "one"})])
    assert (await queue.counts()).waiting == 0


async def test_an_empty_bulk_is_no_call(app: Backbeat) -> None:
    assert await app.queue("work").add_many([]) == []


async def add_many(app: Backbeat, face: str, calls: list[JobCall[None]]) -> None:
    """A bulk by one face or the other."""
    if face == "async":
        await app.queues["work"].add_many(calls)
    else:
        app.sync.queue("work").add_many(calls)


@pytest.mark.parametrize("face", ["async", "sync"])
async def test_a_bulk_that_breaks_says_of_each_job_whether_it_was_added(
    app: Backbeat, face: str
) -> None:
    queue = app.queue("work", max_jobs=1_100)

    @queue.job()
    async def do(n: int) -> None: ...

    await queue.configure()
    names = [f"j{n}" for n in range(2_700)]
    calls = [do.options(id=name).call(n) for n, name in enumerate(names)]
    with pytest.raises(QueueFull) as refused:
        await add_many(app, face, calls)

    bulk = refused.value.bulk
    assert bulk is not None
    assert (list(bulk.added), list(bulk.not_added)) == (names[:1_000], names[1_000:])
    assert bulk.unknown == ()
    assert (await queue.counts()).waiting == 1_000
    await drain(app)
    rest = [call for call, state in zip(calls, bulk.states, strict=True) if state != "added"]
    assert all(handle.created for handle in await queue.add_many(rest[:1_000]))


@pytest.mark.parametrize("face", ["async", "sync"])
async def test_a_bulk_over_partitions_says_the_same(app: Backbeat, face: str) -> None:
    queue = app.queue("work", partitions=4, partition_by="{n}", max_jobs=2_400)

    @queue.job()
    async def do(n: int) -> None: ...

    await queue.configure()
    calls = [do.options(id=f"j{n}").call(n) for n in range(3_200)]
    with pytest.raises(QueueFull) as refused:
        await add_many(app, face, calls)

    bulk = refused.value.bulk
    assert bulk is not None
    assert len(bulk.states) == len(calls)
    assert len(bulk.added) == (await queue.counts()).waiting > 0
    for call_id, state in list(zip(bulk.ids, bulk.states, strict=True))[::100]:
        with contextlib.suppress(JobNotFound):
            await queue.get(call_id)
            assert state == "added"


async def test_what_a_single_add_raises_says_nothing_of_a_bulk(app: Backbeat) -> None:
    queue = app.queue("work", max_jobs=1)
    await queue.configure()
    await queue.add("do", {})
    with pytest.raises(QueueFull) as refused:
        await queue.add("do", {})
    assert refused.value.bulk is None
